// E03xx: types, effects and arguments.
#include <array>

#include "lang/codes/explanations.hpp"

namespace lang::codes {

namespace {

constexpr std::array types_table{
    Code{"E0301", "a value of another type",
         "The message says which type is asked for and which one this is. Nothing is converted silently.", "on tel { winsvc.stop(5) }",
         "on tel { winsvc.stop(\"robot5\") }"},
    Code{"E0302", "a number without a unit", "A duration says its unit: 30 is not 30s, and might have been meant as 30m.",
         "step \"Stop\" within 30 { note \"stopping\" }", "step \"Stop\" within 30s { note \"stopping\" }"},
    Code{"E0303", "arguments are missing", "Parameters without a default must be given.", "require drbd.in_sync() on acd-store1",
         "require drbd.in_sync(\"r0\") on acd-store1"},
    Code{"E0304", "too many arguments", "The message shows what the call takes.", "require drbd.in_sync(\"r0\", \"r1\") on acd-store1",
         "require drbd.in_sync(\"r0\") on acd-store1"},
    Code{"E0305", "an argument given twice or out of order",
         "Arguments without a name come first, in the order of the parameters; each is given once.",
         "on tel { winsvc.stop(name: \"robot5\", \"robot6\") }", "on tel { winsvc.stop(\"robot5\") }"},
    Code{"E0306", "a comparison of different types",
         "It could never be true, so it is a slip: a text where a member of an enumeration is meant, a number without its unit, a host's "
         "name in quotes.",
         "require drbd.status(\"r0\").role on acd-store1 == \"Primary\"", "require drbd.status(\"r0\").role on acd-store1 == Primary"},
    Code{"E0307", "an operator without a meaning for these types",
         "`+ - *` take numbers and durations, `+` also texts and lists; `< <= > >=` take what has an order: numbers, texts, durations, "
         "times.",
         "let note_text = \"side \" + 1", "let note_text = \"side ${1}\""},
    Code{"E0308", "an action where something is only asked",
         "Conditions and values ask, they never change anything: that is why a plan can be shown, a wait can look again and a rehearsal is "
         "possible. An action is a statement of its own.",
         "require pcs.standby(acd-store1)", "on acd-store2 { pcs.standby(acd-store1) }"},
    Code{"E0309", "a statement that does nothing", "A query as a statement asks, and nobody hears the answer.",
         "on acd-store1 { drbd.in_sync(\"r0\") }", "require drbd.in_sync(\"r0\") on acd-store1"},
    Code{"E0310", "a secret where it would be seen",
         "A secret goes only into parameters of type secret. A text that a secret enters is a secret itself. What people read (notes, "
         "titles, "
         "questions, messages), what is kept and what is compared holds none.",
         "note \"the password is ${mysql_password}\"", "note \"the password is in the vault\""},
    Code{"E0311", "on which host?",
         "Builtins ask a host or act on one: the one that the `on` around them chose, or the one behind `… on HOST`. Here is neither.",
         "require drbd.in_sync(\"r0\")", "require drbd.in_sync(\"r0\") on acd-store1"},
    Code{"E0312", "a type that cannot be told",
         "The member of an enumeration and an empty list take their type from what they are compared with or given to. Here is neither.",
         "let role = Primary", "require drbd.status(\"r0\").role on acd-store1 == Primary"},
    Code{"E0313", "a text that the parameter does not take", "It takes only the texts that the message lists.", "", ""},
    Code{"E0314", "`on` where no host is asked",
         "`QUERY on HOST` asks one host. What is computed from values is not asked of a host, and a list is asked by `all x in …`.",
         "require drbd.in_sync(\"r0\") on stores", "require all s in stores: drbd.in_sync(\"r0\")"},
    Code{"E0315", "an action with a value", "Actions change the world and have no value; what they changed is asked by a query.",
         "define action stop(): int { note \"stopping\" }", "define action stop() { note \"stopping\" }"},
    Code{"E0316", "a query where everything is known before",
         "Sets of hosts, titles of steps, defaults and declarations are known before anything runs, so that they can be checked. A choice "
         "that only the machines can make is `let x = find h in … where …`.",
         "on stores where drbd.in_sync(\"r0\") { note \"here\" }",
         "let store = find s in stores where drbd.in_sync(\"r0\")\non store { note \"here\" }"},
    Code{"E0317", "a count from 1", "A watch runs its procedure after one failure at the least.", "", ""},
    Code{"E0318", "values of different types in one place",
         "The elements of a list, and both values of `if … then … else …`, are of one type.", "let sides = [1, \"two\"]",
         "let sides = [1, 2]"},
    Code{"E0319", "too many parts within one another", "Parts of it can be given a name with `let` or `define`.", "", ""},
    Code{
        "E0320", "a script that could be changed by a value",
        "A script is written out where it is called, and values enter it through holes. Each becomes one word, quoted for the host's "
        "shell, "
        "so that no value can become a command. Inside quotes that were written a hole would end them. A word that is more than the value, "
        "such as SQL, is put together before: let sql = \"DROP USER ${user}\", and then \"mysql -e ${sql}\".",
        "shell.action(\"touch '${file}'\")", "shell.action(\"touch ${file}\")"},
    Code{"E0321", "`done_when` where the action knows itself",
         "A script changes something and cannot say whether it has arrived: `done_when` says it for it, and for a machine that is switched "
         "off. All other actions look themselves, and a `define action` is done when its statements are.",
         "on jb { systemd.stop(\"wildfly\")  done_when not systemd.running(\"wildfly\") }",
         "on jb { shell.action(\"/opt/jtel/stop.sh\")  done_when not systemd.running(\"wildfly\") }"},
    Code{"E0322", "a variable that the shell does not have",
         "In a script `$name` is a variable of the shell, and `${name}` the procedure's value. Where the procedure has a value of that "
         "name and "
         "the script itself sets no such variable, the shell would put nothing there: `rm -rf $dir/cache` would be `rm -rf /cache`. What "
         "stands in single quotes is left to the program that gets it. A variable that is the shell's all the same is written `\\$name`.",
         "let dir = \"/srv/data\"\non jb { shell.action(\"rm -rf $dir/cache\") }",
         "let dir = \"/srv/data\"\non jb { shell.action(\"rm -rf ${dir}/cache\") }"},
    Code{
        "E0323", "an argument that the verb cannot take",
        "Its type is right, and the verb itself says that it can never work with it: a pattern that is none, port 0, line 0, a group that "
        "a "
        "pattern has not, the path of a file that does not begin with `/`, an empty name. Every value that is known before the run is read "
        "by the verb's own reader, also where it comes from a `let`, a parameter or a fact; what only a run can tell is read by it then, "
        "before anything is sent.",
        "require shell.query(\"uname -r\").line(0) == \"6.1\" on acd-jb1",
        "require shell.query(\"uname -r\").line(1) == \"6.1\" on acd-jb1"},
    Code{"E0324", "a script that no shell of the machine takes",
         "The line that would be sent is made as in a run, with the rules of the machine's operating system: cmd takes one line of at most "
         "8191 characters, and no value with a percent sign or a double quote in it; Linux takes at most 128 KiB.",
         "on tel { shell.action(\"echo a\\necho b\") }", "on tel { shell.action(\"echo a & echo b\") }"},
    Code{
        "E0325", "a question that may be meant for two hosts",
        "A query without `on HOST` is asked of the current host. The elements of a quantifier or of `find` are current hosts, and so are "
        "the host of the `on` block around it, the element of the quantifier around it, and the host on which a define is called. Which of "
        "the two is meant cannot be told from the text, so it is written: `on` with the variable of either quantifier. The host of an `on` "
        "block gets a name before, by `let outer = host`. The same holds for `host`.",
        "on acd-store1 { require all s in stores: drbd.in_sync(\"r0\") }",
        "on acd-store1 { require all s in stores: drbd.in_sync(\"r0\") on s }"},
};

}  // namespace

std::span<const Code> types() { return types_table; }

}  // namespace lang::codes
