"""Mints tokens for the tests with a JOSE library that Remit does not use.

Reads one JSON object a line from standard input and answers with one line each:

    {"op": "keys"}                                 -> {"keys": {name: public JWK}}
    {"op": "token", "key": name, "alg": alg,
     "header": {…}, "claims": {…}}                 -> {"token": "…"}
    {"op": "parts", "key": name or null, "alg": alg,
     "header": base64, "payload": base64}          -> {"token": "…"}

"token" goes through the library's own JWT encoder. "parts" signs the bytes as they are given, for
tokens that the encoder would not write: it checks names and adds a `typ`. `secret`, in base64, replaces `key` for HMAC. An answer
to a request that failed is {"error": "…"}. The keys are made at the start and die with the process.
"""

import base64
import json
import sys
import warnings

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

warnings.simplefilter("ignore")

# The library refuses what is not listed. `parts` takes whatever the library has.
ALGORITHMS = ["EdDSA", "Ed25519", "ES256", "ES384", "ES512"]
ALGORITHMS += ["PS256", "PS384", "PS512", "RS256", "RS384", "RS512"]


def make_keys():
    def okp(kid):
        return OKPKey.generate_key("Ed25519", {"kid": kid, "alg": "EdDSA", "use": "sig"})

    def ec(kid, curve="P-256", alg="ES256"):
        return ECKey.generate_key(curve, {"kid": kid, "alg": alg, "use": "sig"})

    def rsa(kid, bits=2048):
        return RSAKey.generate_key(bits, {"kid": kid, "alg": "RS256", "use": "sig"})

    return {
        "corp-ed": okp("corp-ed"),
        "corp-ed-next": okp("corp-ed-next"),
        "corp-ec": ec("corp-ec"),
        # They come and go while a gateway runs.
        "corp-ed-a": okp("corp-ed-a"),
        "corp-ed-b": okp("corp-ed-b"),
        "partner-rsa": rsa("partner-rsa"),
        "corp-ec-384": ec("corp-ec-384", "P-384", "ES384"),
        "corp-ec-521": ec("corp-ec-521", "P-521", "ES512"),
        # Without `alg`: for every algorithm of RSA.
        "corp-rsa": RSAKey.generate_key(2048, {"kid": "corp-rsa", "use": "sig"}),
        # Two trust domains and a service for transaction tokens. The domains have a `kid` in common.
        "mesh-ec": ec("svid-1"),
        "mesh-rsa": rsa("svid-2"),
        "mesh-ed": okp("svid-3"),
        "edge-ec": ec("svid-1"),
        "edge-ec-next": ec("svid-4"),
        "tts-ec": ec("tts-1"),
        # A partner's, which has the `kid` of a key of ours.
        "partner-ec": ec("corp-ec"),
        # Nobody trusts these; the kids are those of trusted keys.
        "stranger-ed": okp("corp-ed"),
        "stranger-ec": ec("corp-ec"),
        "stranger-rsa": rsa("partner-rsa"),
    }


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signer(keys, request):
    if "secret" in request:
        return OctKey.import_key(base64.b64decode(request["secret"]))
    name = request.get("key")
    return keys[name] if name is not None else None


def token(keys, request):
    key = signer(keys, request)
    header = {"alg": request["alg"], **request["header"]}
    return jwt.encode(header, request["claims"], key, algorithms=ALGORITHMS)


def parts(key, alg, header, payload):
    signed = encode(header) + "." + encode(payload)
    signature = JWSRegistry.algorithms[alg].sign(signed.encode(), key)
    return signed + "." + encode(signature)


def answer(keys, request):
    operation = request["op"]
    if operation == "keys":
        return {"keys": {name: key.as_dict(private=False) for name, key in keys.items()}}
    if operation == "token":
        return {"token": token(keys, request)}
    if operation == "parts":
        header = base64.b64decode(request["header"])
        payload = base64.b64decode(request["payload"])
        return {"token": parts(signer(keys, request), request["alg"], header, payload)}
    raise ValueError(f"unknown operation {operation!r}")


def main():
    keys = make_keys()
    for line in sys.stdin:
        try:
            reply = answer(keys, json.loads(line))
        except Exception as error:  # the harness shows it; the next request must still work
            reply = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
