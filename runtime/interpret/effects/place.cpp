#include "runtime/interpret/effects/place.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "lang/text/hash.hpp"
#include "runtime/shell/dialect.hpp"

namespace runtime {

namespace {

/// A text as a part of a path.
std::string path_part(const std::string& name) {
    std::string part;
    for (const char c : name) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (plain) {
            part += c;
        } else if (!part.empty() && part.back() != '-') {
            part += '-';
        }
    }
    while (!part.empty() && part.back() == '-') part.pop_back();
    constexpr std::size_t enough = 60;
    return part.empty() ? "site" : part.substr(0, enough);
}

/// One command a line. `owner` reads who owns a path and how it is protected, the link itself where it is one. `enter` goes into a
/// directory of the place: 0 is inside, 1 nothing there, 2 something else, which `what` says. `elsewhere` looks for locks of before the
/// place was prepared, and of before locks had their present name; there, others than the group of the place can block nobody.
/// `recall` reads the record of the newest run, whose first line is its number: 0 it is there, 1 there is none, 2 it cannot be believed.
constexpr std::string_view script = R"sh(
LC_ALL=C; export LC_ALL; unset CDPATH; umask 077;
me=$(id -u) || exit 9;
say() { for text in "$@"; do printf "%s\n" "$text"; done; };
owner() { path=$1; set -f;
  set -- $(ls -ld "$path" 2>/dev/null); who=$3;
  set -- $(ls -ldn "$path" 2>/dev/null); mode=$1; uid=$3; gid=$4; set +f; };
odd() { say obstacle "$at" "$what of $who (uid $uid)"; };
refuse() { what=$1; odd; exit 0; };
enter() { at=$base/$1; what=; cd "$base" || exit 9;
  owner "./$1";
  if test -h "./$1"; then what="a symbolic link"; return 2; fi;
  test -e "./$1" || return 1;
  if test -d "./$1"; then :; else what="a file"; return 2; fi;
  if cd -P "./$1" 2>/dev/null; then :; else what="a directory"; return 2; fi;
  if test "$(pwd -P)" = "$at"; then :; else cd "$base"; what="a directory that gives way to a link"; return 2; fi;
  owner .;
  if test "$shared" = yes; then
    case $mode in d???????-*) if test "$gid" = "$group" || test "$uid" = "$me"; then return 0; fi;; esac;
  elif test "$uid" = "$me"; then
    case $mode in d????-??-*) return 0;; esac;
    what="a directory that others can write to,";
  fi;
  cd "$base"; what=${what:-a directory}; return 2; };
files() { count=0; for file in *; do
  if test -h "./$file" || test -e "./$file"; then count=$((count + 1)); found=$file; fi; done; };
is_file() { test -f "./$1" && if test -h "./$1"; then return 1; fi; };
tell() { files;
  if test "$count" = 0; then say nameless "$at"; return; fi;
  if test "$count" -gt 1; then what="a directory with $count files"; odd; return; fi;
  if is_file "$found"; then say held "$at" "$found"; head -c 4096 "./$found" 2>/dev/null; return; fi;
  what="a directory with something else than a file in it,"; odd; };
elder() { here=$base; kind=$shared; base=$tmp; shared=no;
  enter "$1"; is=$?; base=$here; shared=$kind;
  if test "$is" = 2 && test "$shared" = yes && test "$uid" -ne 0; then
    case " $(id -G "$who" 2>/dev/null) " in *" $group "*) ;; *) is=1;; esac;
  fi;
  return "$is"; };
elders() { printf "%s\n" "$old"; if test "$shared" = yes; then printf "%s\n" "$name"; fi; };
elsewhere() { for one in $(elders); do
  elder "$one"; case $? in 0) tell; return 0;; 2) odd; return 0;; esac; done; return 1; };
look() { enter "$name"; case $? in 0) tell;; 2) odd;; *) elsewhere || { say free; if recall; then say before "$newest"; fi; };; esac; };
each() { if enter "$name"; then "$1" "$base" "$name"; fi;
  for one in $(elders); do if elder "$one"; then "$1" "$tmp" "$one"; fi; done; };
recall() { newest=; seen=0; test -n "$record" || return 1;
  enter "$record" || return; is_file newest || return 1;
  read -r seen <./newest; newest=$(head -c 4096 ./newest 2>/dev/null);
  case $seen in ""|*[!0-9]*) what="a record without a number,"; return 2;; esac; };
write_record() { cd "$base" || return; mkdir "./$record" 2>/dev/null; enter "$record" || return; rm -f ./.new.*;
  (set -C; printf "%s\ntoken %s\n%s" "$number" "$token" "$note" >./.new.record) 2>/dev/null && mv -f ./.new.record ./newest; };
succeed() { test -n "$record" || return;
  recall; there=$?; before=$newest; test "$seen" -lt "$number" || number=$((seen + 1));
  write_record || there=2; say "number $number";
  case $there in 0) say before "$before";; 1) say first;; *) say unreadable;; esac; };
finish() { if recall && test "$seen" = "$number"; then write_record; fi; };
claim() { recall; case $? in
  2) odd;;
  *) if test "$seen" -gt "$number"; then say newer "$at" "$newest";
     elif write_record; then say ours "$at"; else say failed "$at" "it cannot be written"; fi;; esac; };
give_back() {
  if test -z "$token"; then files; test "$count" = 0 || return; else
    is_file "$token" && rm -f "./$token" || return; fi;
  rm -f ./.new.*; cd "$1" && rmdir "./$2" && { finish; say free; exit 0; }; };
take_over() { is_file "$from" || return;
  if (set -C; printf "%s" "$note" >"./.new.$token") && mv -f "./$from" "./$token" 2>/dev/null; then
    if mv -f "./.new.$token" "./$token"; then say held "$at" "$token"; succeed; exit 0; fi;
  fi;
  rm -f "./.new.$token"; };
take() { cd "$base" || exit 9; at=$base/$name;
  if said=$(mkdir "./$name" 2>&1); then :; else
    enter "$name"; case $? in 0) tell;; 2) odd;; *) elsewhere || say failed "$at" "$said";; esac; return; fi;
  if enter "$name" && said=$( (set -C; printf "%s" "$note" >"./$token") 2>&1); then
    if elsewhere; then :;
    elif test "$shared" = no && test -e /var/lib/procrun; then say failed "$at" "/var/lib/procrun was made meanwhile: once more";
    else say held "$base/$name" "$token"; succeed; return; fi;
  else say failed "$at" "$what $said"; fi;
  enter "$name" && rm -f "./$token" && cd "$base" && rmdir "./$name"; };
at=/var/tmp; owner "$at"; tmp=$(cd -P "$at" 2>/dev/null && pwd -P) || refuse "a directory that cannot be entered,";
shared=no; base=$tmp; at=/var/lib/procrun;
if test -h "$at" || test -e "$at"; then
  owner "$at";
  if test -h "$at"; then refuse "a symbolic link"; fi;
  cd -P "$at" 2>/dev/null || refuse "a directory that this user is not let into,";
  owner .; if test "$uid" -ne 0; then refuse "a directory"; fi;
  case $mode in d???????-*) ;; *) refuse "a directory that everybody can write to,";; esac;
  base=$(pwd -P); shared=yes; group=$gid; umask 007;
else
  at=$tmp; cd "$at" || exit 9; owner .;
  if test "$uid" -ne 0 && test "$uid" -ne "$me"; then refuse "a directory"; fi;
  case $mode in d????????[tT]*|d????-??-*) ;; *) refuse "a directory where everybody can take away what others have made,";; esac;
fi;
case $op in
take) take;;
over) each take_over; look;;
release) each give_back; look;;
claim) claim;;
*) look;;
esac;
exit 0
)sh";

/// The script comes by standard input: the command line, which every user of the host can read, holds neither the token nor the note.
/// Where the host can, it is ended after 15 s: nobody waits for a file system that hangs.
constexpr std::string_view bounds =
    "if timeout 9 true 2>/dev/null; then exec timeout 15 sh -c \"$1\" \"$0\" \"$2\" \"$3\"; fi; eval \"$1\"";
constexpr std::string_view evaluation = "eval \"$(cat)\"";

constexpr std::array<std::pair<std::string_view, std::string LockCall::*>, 8> variables{{{"op", &LockCall::what},
                                                                                         {"name", &LockCall::name},
                                                                                         {"old", &LockCall::old_name},
                                                                                         {"token", &LockCall::token},
                                                                                         {"from", &LockCall::from},
                                                                                         {"record", &LockCall::record},
                                                                                         {"number", &LockCall::number},
                                                                                         {"note", &LockCall::note}}};

}  // namespace

std::string lock_name(const lang::Site& site) { return site.lock_id.empty() ? "procrun-lock" : "procrun-lock." + site.lock_id; }

std::string last_name(const lang::Site& site) { return site.lock_id.empty() ? "procrun-last" : "procrun-last." + site.lock_id; }

std::string newest_name(const lang::Site& site) { return site.lock_id.empty() ? "procrun-newest" : "procrun-newest." + site.lock_id; }

std::string old_lock_name(const lang::Site& site) { return "procrun-lock-" + path_part(site.name); }

std::string mark_name(const lang::Site& site, std::string_view file, std::string_view text) {
    // A text of any length and letters becomes a part of a path.
    const std::uint64_t hash = lang::fnv1a(text, lang::fnv1a("\n", lang::fnv1a(file)));
    return fmt::format("procrun-watch{}{}-{:016x}", site.lock_id.empty() ? "" : ".", site.lock_id, hash);
}

std::string lock_directory(const lang::Site& site) { return std::string(common_place) + '/' + lock_name(site); }

Command LockCall::command() const {
    std::string input;
    for (const auto& [variable, field] : variables) input += std::string(variable) + '=' + posix_quote(this->*field) + '\n';
    return Command::program({"sh", "-c", std::string(bounds), "lock", std::string(evaluation), what, name})
        .input({Verbatim{input + std::string(script)}});
}

std::string_view lock_variables(const std::vector<std::string>& words, std::string_view input) {
    if (words.size() < 3 || words[2] != bounds) return {};
    return input.substr(0, input.find(script));
}

}  // namespace runtime
