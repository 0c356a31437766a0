#!/bin/bash
# Makes of the packages in $OUT what a gitbuilder has of a build, in $REPOSITORY: pool/, dists/, version and sha1.
set -eu
cd "$OUT"
shopt -s nullglob
debs=(*.deb)
[ ${#debs[@]} -gt 0 ] || { echo "the build left no packages in $OUT" >&2; exit 1; }
arch=$(dpkg --print-architecture)
index=$REPOSITORY/dists/$CODENAME/main/binary-$arch
mkdir -p "$REPOSITORY/pool" "$index"
for deb in "${debs[@]}"; do
    dpkg-deb -f "$deb"
    printf 'Filename: pool/%s\nSize: %s\nSHA256: %s\n\n' "$deb" "$(stat -c %s "$deb")" "$(sha256sum "$deb" | cut -d' ' -f1)"
done > "$index/Packages"
gzip -9nk "$index/Packages"
{
    printf 'Origin: %s\nLabel: %s\nCodename: %s\nSuite: %s\nComponents: main\nArchitectures: %s\nDate: %s\nSHA256:\n' \
        "$PROJECT" "$PROJECT" "$CODENAME" "$CODENAME" "$arch" "$(LC_ALL=C date -u '+%a, %d %b %Y %H:%M:%S UTC')"
    for file in Packages Packages.gz; do
        printf ' %s %s main/binary-%s/%s\n' "$(sha256sum "$index/$file" | cut -d' ' -f1)" "$(stat -c %s "$index/$file")" "$arch" "$file"
    done
} > "$REPOSITORY/dists/$CODENAME/Release"
# a build's packages have one version as a rule; where they differ, most decide
for deb in "${debs[@]}"; do dpkg-deb -f "$deb" Version; done | sort | uniq -c | sort -rn | awk 'NR == 1 { print $2 }' > "$REPOSITORY/version"
echo "$COMMIT" > "$REPOSITORY/sha1"
mv "${debs[@]}" "$REPOSITORY/pool"
