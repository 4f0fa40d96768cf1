"""What the filter costs before the first request: its size, and how long Envoy takes to be live.

Two Envoys that differ in the module alone are started in turn, ours and a no-op filter, so that
whatever else the machine does falls on both. Exits 1 if a budget is missed.
"""

import argparse
import base64
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

RUNS = 7
PATIENCE_SECONDS = 60
BUDGET_BYTES = int(0.8 * 1024 * 1024)
BUDGET_RATIO = 4.5

BOOTSTRAP = """
admin: {{address: {{socket_address: {{address: 127.0.0.1, port_value: 0}}}}}}
static_resources:
  listeners:
  - name: agents
    address: {{socket_address: {{address: 127.0.0.1, port_value: 0}}}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: agents
          route_config: {{virtual_hosts: [{{name: all, domains: ["*"], routes: [{{match: {{prefix: /}}, direct_response: {{status: 200}}}}]}}]}}
          http_filters:
          - name: filter
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm
              config:
                name: remit
                root_id: remit
                vm_config: {{vm_id: remit, runtime: envoy.wasm.runtime.v8, code: {{local: {{filename: "{module}"}}}}}}
                configuration: {{"@type": type.googleapis.com/google.protobuf.StringValue, value: "{plan}"}}
          - name: envoy.filters.http.router
            typed_config: {{"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("envoy", "module", "noop", "plan"):
        parser.add_argument(f"--{name}", required=True, type=pathlib.Path)
    arguments = parser.parse_args()
    plan = base64.b64encode(arguments.plan.read_bytes()).decode()

    seconds = {"remit": [], "no-op": []}
    modules = {"remit": arguments.module, "no-op": arguments.noop}
    for run in range(RUNS):
        for name, module in modules.items():
            seconds[name].append(seconds_to_live(arguments.envoy, module, plan))
            if sys.stderr.isatty():
                print(f"\rrun {run + 1} of {RUNS}: {name}   ", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print("\r" + " " * 30, end="\r", file=sys.stderr)

    size = arguments.module.stat().st_size
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    ratio = medians["remit"] / medians["no-op"]
    print(f"module            {size} bytes ({size / 1024 / 1024:.2f} MiB; budget 0.8 MiB)")
    for name, values in seconds.items():
        spread = f"{min(values):.2f} to {max(values):.2f}"
        print(f"live with {name:8}{medians[name]:.2f} s (median of {RUNS}, {spread})")
    print(f"ratio             {ratio:.2f} (budget {BUDGET_RATIO})")
    missed = [size > BUDGET_BYTES and "size", ratio > BUDGET_RATIO and "ratio"]
    if any(missed):
        sys.exit("over budget: " + ", ".join(filter(None, missed)))


def seconds_to_live(envoy, module, plan):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "bootstrap.yaml").write_text(BOOTSTRAP.format(module=module, plan=plan))
        admin = folder / "admin"
        with (folder / "log").open("wb") as log:
            began = time.monotonic()
            process = subprocess.Popen(
                [envoy, "--config-path", folder / "bootstrap.yaml", "--admin-address-path", admin]
                + ["--concurrency", "1", "--disable-hot-restart", "--log-level", "warning"],
                stdout=log,
                stderr=log,
            )
        try:
            while time.monotonic() - began < PATIENCE_SECONDS and process.poll() is None:
                if is_live(admin):
                    return time.monotonic() - began
                time.sleep(0.002)
        finally:
            process.kill()
            process.wait()
        sys.exit(f"Envoy does not start with {module}:\n" + (folder / "log").read_text()[-2000:])


def is_live(admin):
    try:
        url = f"http://{admin.read_text().strip()}/ready"
        return urllib.request.urlopen(url, timeout=5).read().strip() == b"LIVE"
    except (OSError, ValueError):
        return False


if __name__ == "__main__":
    main()
