# What the scripts of the mutants share. Sourced.

mutants_list=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/LIST

# The lines of LIST that speak of mutants: NAME | FILE | SUITES | WHAT IT BREAKS
list_rows() { grep -v '^#' "$mutants_list" | grep '|'; }
# column NUMBER <<<ROW
column() { cut -d '|' -f "$1" | sed 's/^ *//; s/ *$//'; }
mutant_names() { list_rows | column 1; }
