# Short names for common commands: `just --list`. CI calls these recipes one by one (.ci/run).

set shell := ["bash", "-euo", "pipefail", "-c"]

prakat := env("CARGO_TARGET_DIR", justfile_directory() / "target") / "quick/prakat"

# Lists the recipes.
default:
    @{{ just_executable() }} --list

# Checks formatting, lints, and links in comments.
check:
    cargo fmt --check
    cargo clippy --all-targets --locked -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --document-private-items --locked

# Runs all tests, or those whose names contain FILTER.
test FILTER='':
    cargo test --locked {{ FILTER }}

# Writes what a golden case expects, and shows what changed.
case NAME:
    UPDATE=1 cargo test --locked --test golden cases::{{ NAME }}
    git diff -- tests/cases/{{ NAME }}
    git status --short -- tests/cases/{{ NAME }}

# Builds prakat with the profile `quick`: optimised, but compiled in half the time of a release.
quick:
    cargo build --profile quick --locked

# Builds the demonstration portal into public/.
demo: quick
    {{ prakat }} build

# Counts the instructions of a build, and how work grows with the size of a file. Needs valgrind.
instructions: quick
    PRAKAT={{ prakat }} benches/instructions
    PRAKAT={{ prakat }} benches/growth

# Fuzzes one target for some seconds.
fuzz TARGET SECONDS='60':
    fuzz/run {{ TARGET }} {{ SECONDS }}

# Checks pages in a real browser. Installs Chromium from Debian and packages from npm.
browser: quick
    tests/browser/install
    PRAKAT={{ prakat }} tests/browser/run

# Checks licences and sources of dependencies.
deny:
    .ci/deny

# Compares the output of the working tree with that of a former commit, byte for byte.
same-output BASE:
    tests/same-output {{ BASE }}

# Everything that CI runs.
ci:
    .ci/run
