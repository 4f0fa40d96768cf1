#!/usr/bin/env bash
# Runs the fuzz targets one after the other, and says what came of each.
#
# usage: fuzz.sh FOLDER BINARIES MINUTES TARGET...
#
# What grows goes to FOLDER/corpus, inputs that break something to FOLDER/crashes.
set -euo pipefail

folder=$1 binaries=$2 minutes=$3
shift 3
seconds=$((minutes * 60 / $#))
failed=0
for target in "$@"; do
  seeds=fuzz/corpus/$target
  [ "$target" = plan ] && seeds=$folder/seeds
  log=$folder/$target.log
  broken=ended
  "$binaries/fuzz-$target" "$folder/corpus/$target" "$seeds" -max_total_time="$seconds" -timeout=10 \
    -rss_limit_mb=2048 -max_len=8192 -print_final_stats=1 -artifact_prefix="$folder/crashes/$target-" \
    >"$log" 2>&1 || broken=BROKEN
  executions=$(awk '/stat::number_of_executed_units/ {print $2}' "$log")
  coverage=$(grep -oE 'cov: [0-9]+' "$log" | tail -1 | cut -d' ' -f2 || true)
  echo "fuzz $target: $broken after ${executions:-?} executions, ${coverage:-?} edges covered, $(find "$folder/corpus/$target" -type f | wc -l) inputs kept"
  if [ "$broken" = BROKEN ]; then
    failed=1
    grep -E 'panicked|ERROR|SUMMARY|Test unit written' -A2 "$log" | head -20
  fi
done
exit $failed
