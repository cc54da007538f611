// E02xx: names that are not there, or there twice.
#include <array>

#include "lang/codes/explanations.hpp"

namespace lang::codes {

namespace {

constexpr std::array names_table{
    Code{"E0201", "a name that is not known",
         "Nothing in sight has this name: no parameter, `let` or variable, and no host, group or secret of the site. Facts belong to a "
         "host: inside `where` their names stand alone, elsewhere they are `host.FACT` or `NAME.FACT`.",
         "on acd-stor1 { note \"here\" }", "on acd-store1 { note \"here\" }"},
    Code{"E0202", "a builtin that is not known", "The module is there and has no function of this name. `procrun docs MODULE` lists them.",
         "require drbd.insync(\"r0\") on acd-store1", "require drbd.in_sync(\"r0\") on acd-store1"},
    Code{"E0203", "a name is taken",
         "Hosts, groups, secrets, parameters, lets and defines share their names, so that a name means one thing wherever it is read. "
         "`host`, `here`, `kept` and `nobody` are the language's own.",
         "group web = acd-jb1\nparam web: int = 1", "group web = acd-jb1\nparam web_side: int = 1"},
    Code{"E0204", "set twice", "A `let` is set once. Whoever reads the procedure need not ask which of two values holds.",
         "let store = acd-store1\nlet store = acd-store2", "let old_store = acd-store1\nlet new_store = acd-store2"},
    Code{"E0205", "not visible here",
         "The name exists, but not at this place. What is set in `on`, `for` or `if` ends with its block; what is set in one branch of "
         "`parallel` is visible after all of them; a `let` further down is not set yet; a define sees parameters and the lets of the top "
         "level, and is given everything else.",
         "on acd-store1 { let role = drbd.status(\"r0\").role }\nnote \"${role}\"",
         "let role = drbd.status(\"r0\").role on acd-store1\nnote \"${role}\""},
    Code{"E0206", "no such field, fact or method",
         "A record has fields, a host has facts, and every type has the methods that modules give it. The elements of a list are looked at "
         "by `all x in …`, `any x in …` or `.first`.",
         "require drbd.status(\"r0\").rol on acd-store1 == Primary", "require drbd.status(\"r0\").role on acd-store1 == Primary"},
    Code{"E0207", "no such member of the enumeration", "An enumeration has the members that the message lists, spelled like that.",
         "require drbd.status(\"r0\").disk on acd-store1 == UpTodate", "require drbd.status(\"r0\").disk on acd-store1 == UpToDate"},
    Code{"E0208", "no such type",
         "Types are bool, int, float, text, secret, duration, time, address, host, `list of …`, and the records and enumerations of the "
         "modules, written with their module.",
         "param side: integer = 1", "param side: int = 1"},
    Code{"E0209", "no such parameter of the call", "An argument with a name goes to the parameter of that name.",
         "on tel { winsvc.stop(\"robot5\", if_mising: Skip) }", "on tel { winsvc.stop(\"robot5\", if_missing: Skip) }"},
    Code{"E0210", "a name with two meanings",
         "Inside `where` the facts of a host and the fields of a record are names of their own. Here something else has the same name, and "
         "nobody could tell which of the two is meant.",
         "param vm_host: int = 1\non tel where vm_host == vm_host { note \"here\" }",
         "param side: int = 1\non tel where vm_host == side { note \"here\" }"},
    Code{"E0211", "nothing that can be called", "Builtins are called with their module (`drbd.status(…)`), defines by their name.",
         "require in_sync(\"r0\") on acd-store1", "require drbd.in_sync(\"r0\") on acd-store1"},
    Code{"E0212", "nothing is kept under this name",
         "`kept.PROCEDURE.NAME` is what PROCEDURE.proc, beside this file, keeps by `keep NAME = …`. It takes its type from there.",
         "require acd-jb1.vm_host == kept.failover.nothing", "keep before = acd-jb1.vm_host"},
    Code{
        "E0213", "a define calls itself",
        "Directly or through others. A procedure has an end that can be seen before it begins: lists are gone through by `for`, waiting is "
        "`wait_until` with its `within`.",
        "define action again() { again() }", "for name in host.services { winsvc.stop(name) }"},
    Code{"E0214", "no such parameter of the procedure", "`name=value` on the command line goes to the `param` of that name.", "", ""},
    Code{"E0215", "not a value",
         "The name is that of a module, of a builtin or of a define: those are called with parentheses. `here` stands only after `on`, and "
         "`nobody` only in a group.",
         "let sessions = mysql.sessions on acd-dbm1", "let sessions = mysql.sessions() on acd-dbm1"},
};

}  // namespace

std::span<const Code> names() { return names_table; }

}  // namespace lang::codes
