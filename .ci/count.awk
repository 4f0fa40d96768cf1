# Adds up what the test programs say, for the last line of `make test`.
/^test result: / {
  for (i = 1; i < NF; i++) {
    if ($(i + 1) ~ /^passed/) passed += $i
    if ($(i + 1) ~ /^failed/) failed += $i
    if ($(i + 1) ~ /^ignored/) skipped += $i
  }
}
# Suites with a harness of their own: `name: N passed, N failed, N skipped`.
/^[^ ]+: [0-9]+ passed, [0-9]+ failed, [0-9]+ skipped/ {
  passed += $2; failed += $4; skipped += $6
}
END { printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped }
