// Which variables a script uses that it never sets.
#include "lang/check/resolve/shell_text.hpp"

#include <doctest/doctest.h>

#include <string>

namespace {

std::string not_set(std::string_view script) {
    std::string names;
    for (const auto& variable : lang::checker::variables_not_set(script)) {
        CHECK(script.substr(variable.at + (script[variable.at] == '$' ? 1 : 0)).starts_with(variable.name));
        names += (names.empty() ? "" : " ") + variable.name;
    }
    return names;
}

struct Case {
    const char* script;
    const char* names;
};

void all_of(std::initializer_list<Case> cases) {
    for (const Case& one : cases) {
        CAPTURE(one.script);
        CHECK(not_set(one.script) == one.names);
    }
}

}  // namespace

TEST_CASE("a shell puts a variable in wherever it stands outside of single quotes") {
    all_of({
        {"rm -rf $dir/cache", "dir"},
        {"rm -rf \"$dir/cache\"", "dir"},
        {"rm -rf '$dir/cache'", ""},
        {"rm -rf \\$dir \"\\$dir\"", ""},
        {"echo \"it's $dir\"", "dir"},
        {"echo 'a'$dir'b'", "dir"},
        {"echo $1 $@ $? $$ $# $* $! $- $", ""},
        {"echo $'it\\'s $dir' $dir", "dir"},
        {"echo $(ls $dir) `ls $other`", "dir other"},
        {"echo \"$(ls \"$dir\")\"", "dir"},
        {"echo \"$(ls '$dir')\"", ""},
        {"(cd $dir && ls) | grep $what", "dir what"},
        {"ls >$out 2>>\"$err\" <$in", "out err in"},
        {"diff <(ls $left) <(ls $right)", "left right"},
        {"echo $a$b-$c.d", "a b c"},
        {"# $dir\necho # $dir\necho a#$other", "other"},
        {"echo $((count + 1)) $((0x1F + 2))", "count"},
        {"echo $(( $count * 2 ))", "count"},
        {"cat <<END\n$dir isn't set\nEND\necho $other", "dir other"},
        {"cat <<'END'\n$dir isn't set\nEND\necho $other", "other"},
        {"cat <<-\\END\n\t$dir\n\tEND\necho $other", "other"},
        {"cat <<< $dir", "dir"},
        {"sh -c \"echo $dir\"", "dir"},
        {"sh -c 'dir=1; echo $dir'", ""},
        {"awk '{ print $name }' /etc/passwd", ""},
        {"awk \"{ print $name }\" /etc/passwd", "name"},
        {"grep 'x$' f; grep \"x$\" f; grep x$ f", ""},
    });
}

TEST_CASE("a variable that the script sets is its own") {
    all_of({
        {"dir=/srv; rm -rf $dir", ""},
        {"dir=/srv && rm -rf $dir", ""},
        {"dir+=/srv; rm -rf $dir", ""},
        {"if dir=$(mktemp -d); then ls $dir; fi", ""},
        {"a=(1 2 $b); a[1]=2; echo $a", "b"},
        {"LANG=C dir=/srv ls $dir", ""},
        {"env dir=/srv sh x; echo $dir", ""},
        {"for name in a b; do echo $name; done", ""},
        {"for name; do echo $name; done", ""},
        {"for ((i = 0; i < 3; i++)); do echo $i; done", ""},
        {"select name in a b; do echo $name; done", ""},
        {"ls | while read -r name rest; do echo $name $rest; done", ""},
        {"IFS= read -r name </x; echo $name", ""},
        {"export dir; ls $dir", ""},
        {"export dir=/srv; ls $dir", ""},
        {"f() { local dir=$1 other; ls $dir $other; }; f x", ""},
        {"declare -A map; readonly x=1; typeset y; echo $map $x $y", ""},
        {"getopts ab: flag; echo $flag", ""},
        {"mapfile -t rows <f; echo $rows", ""},
        {"printf -v shown %s x; echo $shown", ""},
        {"let n=1; echo $n", ""},
        {"(( n = 3 )); echo $n", ""},
        {"n=$((n + 1)); echo $n", ""},
        {": ${dir:=/srv}; ls $dir", ""},
        {"ls ${dir:-/srv}/$dir", ""},
        {". /etc/default/x; echo $dir", ""},
        {"source ./x && echo $dir", ""},
        {"eval \"$(x)\"; echo $dir", ""},
    });
}

TEST_CASE("what only looks like an assignment sets nothing") {
    all_of({
        {"dd if=$if of=x bs=1", "if"},
        {"make dir=/x; ls $dir", "dir"},
        {"echo 'dir=/x'; ls $dir", "dir"},
        {"echo dir=/x \"dir=/y\"; ls $dir", "dir"},
        {"[ $dir = x ]", "dir"},
        {"test dir == $dir", "dir"},
        {"echo read dir; ls $dir", "dir"},
        {"echo for dir in a; ls $dir", "dir"},
        {"printf %s dir; ls $dir", "dir"},
        {"(( n == 3 )) && ls", "n"},
        {"# dir=/x\nls $dir", "dir"},
        {"ls > dir; ls $dir", "dir"},
        {"ls --sort=$sort", "sort"},
    });
}

TEST_CASE("behind the name of PowerShell its own rules hold") {
    all_of({
        {"powershell -Command \"Stop-Service $name\"", "name"},
        {"powershell.exe -Command \"$name = 'x'; Stop-Service $name\"", ""},
        {"C:\\Windows\\powershell.exe -Command \"$Name = 'x'; Stop-Service $name\"", ""},
        {"pwsh -c \"foreach ($name in 1..3) { $name }\"", ""},
        {"pwsh -c \"param($name, [int]$count = 3) echo $name $count $other\"", "other"},
        {"pwsh -c \"function F($a) { $a }; F $b\"", "b"},
        {"pwsh -c \"for ($i = 0; $i -lt 3; $i++) { $i }\"", ""},
        {"pwsh -c \"$a, $b = 1, 2; echo $a $b $c\"", "c"},
        {"pwsh -c \"ls -OutVariable found; $found\"", ""},
        {"pwsh -c \"Set-Variable -Name found -Value 1; $found; New-Variable other; $other\"", ""},
        {"pwsh -c \"ls | Where-Object { $_.Name -eq $true } ; $args $input $error $env:dir $script:x\"", ""},
        {"pwsh -c \"echo 'the $dir' `$dir\"", ""},
        {"pwsh -c \"if ($name -eq 1) { }\"", "name"},
        {"pwsh -c \". ./x.ps1; $name\"", ""},
        {"ls $dir; pwsh -c \"$name\"", "dir name"},
        {"ls /opt/powershell/$dir", "dir"},
    });
}

TEST_CASE("a text that is not a script does not end the reading") {
    for (const char* script : {"",
                               "'",
                               "\"",
                               "$(",
                               "$((",
                               "${",
                               "`",
                               "<<",
                               "<<X\n",
                               "a=(",
                               "$",
                               "\\",
                               "((",
                               "pwsh `",
                               "pwsh '",
                               "pwsh ${",
                               "pwsh $",
                               "for",
                               "case x in a) ;; esac",
                               ")"}) {
        CAPTURE(script);
        CHECK(not_set(script).empty());
    }
}
