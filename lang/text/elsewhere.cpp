#include "lang/text/elsewhere.hpp"

#include <algorithm>
#include <initializer_list>

namespace lang {

namespace {

/// Some words, and what is said to each of them.
struct Words {
    std::initializer_list<std::string_view> written;
    std::string_view help;
};

template <std::size_t N>
std::string_view help_for(const Words (&table)[N], std::string_view word) {
    const auto row = std::find_if(std::begin(table), std::end(table), [&](const Words& words) {
        return std::find(words.written.begin(), words.written.end(), word) != words.written.end();
    });
    return row == std::end(table) ? std::string_view() : row->help;
}

}  // namespace

std::string_view other_statement(std::string_view word) {
    static const Words table[]{
        {{"sleep", "wait", "pause"}, "nothing waits for a time alone: `wait_until CONDITION within 5m`"},
        {{"await", "until", "while", "wait_for", "waitfor", "poll"}, "here that is `wait_until CONDITION within 5m`"},
        {{"loop", "do", "repeat", "forever"},
         "nothing goes round forever: `for x in LIST { … }` goes over a list, `wait_until` looks again"},
        {{"assert", "check", "ensure", "expect", "verify", "test"}, "here that is `require`"},
        {{"print", "printf", "println", "echo", "log", "say", "puts", "debug", "info", "warn", "warning", "msg", "message", "display"},
         "here that is `note \"…\"`"},
        {{"abort", "exit", "throw", "raise", "die", "error", "panic", "quit"}, "here that is `fail \"…\"`"},
        {{"var", "set", "const", "val", "local", "declare", "export", "assign", "set_fact"}, "here that is `let`"},
        {{"foreach"}, "here that is `for x in LIST { … }`"},
        {{"elif", "elsif", "elseif", "otherwise"}, "here that is `else if CONDITION { … }` or `else { … }`, on the line of the `}`"},
        {{"switch", "case", "select", "match", "when", "unless"}, "here that is `if … { … } else if … { … } else { … }`"},
        {{"def", "function", "func", "fn", "sub", "proc", "procedure", "method", "action", "macro"},
         "here that is `define action name(machine: host) { … }`, or `define name(): bool = …` for what only asks"},
        {{"query"}, "here that is `define name(machine: host): bool = …`"},
        {{"include", "include_tasks", "import_tasks", "source", "load", "use", "using", "from"}, "here that is `import \"FILE.proc\"`"},
        {{"fi", "done", "esac", "end", "endif", "endfor", "endwhile", "od", "begin"}, "a block stands in braces: `{ … }`"},
        {{"pass", "noop"}, "an empty block says that nothing is done: `{ }`"},
        {{"try", "catch", "except", "finally", "rescue", "always", "trap", "on_error", "onerror", "ignore_errors"},
         "where an action or a wait fails, its `else { … }` is done; `on_failure { … }` at the top where anything does"},
        {{"return"}, "the value of a define stands behind its `=`: `define name(): bool = …`; a block ends with its `}`"},
        {{"break", "continue", "next"}, "a loop goes over the whole of its list: choose before, with `where`"},
        {{"retry", "retries"}, "a step is done again: `step \"…\" retry 3 times every 5s { … }`"},
        {{"task", "stage", "phase", "job", "section", "play"}, "here that is `step \"…\" { … }`"},
        {{"param", "parameter", "arg", "argument", "input", "variable", "option"}, "here that is `param name: type = default`"},
        {{"server", "node"}, "here that is `host NAME { address \"…\"  os linux }`"},
        {{"hosts", "servers", "nodes", "inventory"}, "here that is `group NAME = HOST, HOST`, and `on NAME { … }` to act on it"},
        {{"prompt", "question"}, "here that is `confirm \"…\"`, or `let answer = ask text \"…\"`"},
        {{"ask"}, "an answer gets a name: `let answer = ask text \"…\"`"},
        {{"undo", "rollback", "revert"}, "`undo` follows the action that it takes back"},
        {{"delegate_to", "become", "sudo",   "ssh",      "bash",  "sh",      "curl",  "wget", "ping", "rm",   "cp",        "mv",
          "mkdir",       "touch",  "kill",   "killall",  "pkill", "virsh",   "rsync", "scp",  "cat",  "grep", "sed",       "awk",
          "mount",       "umount", "reboot", "poweroff", "ip",    "command", "shell", "run",  "exec", "cmd",  "powershell"},
         "a command is run by `shell.action(\"…\")`, and asked by `shell.query(\"…\")`, inside of `on HOSTS { … }`"},
        {{"systemctl", "service"}, "units are handled by `systemd.start(\"…\")`, `systemd.stop(\"…\")` and others: `procrun docs systemd`"},
    };
    return help_for(table, word);
}

std::string_view other_clause(std::string_view word) {
    static const Words table[]{
        {{"timeout", "max_wait", "deadline", "for"}, "how long it may take is `within 5m`"},
        {{"interval", "delay", "poll", "sleep"}, "from one look to the next is `every 5s`"},
        {{"retry", "retries"}, "a step is done again: `step \"…\" retry 3 times every 5s { … }`; a `wait_until` looks again by itself"},
        {{"elif", "elsif", "elseif"}, "here that is `else if`"},
        {{"or_else", "otherwise", "rescue", "catch", "except", "on_error", "onerror"}, "where it fails, that is `else { … }`"},
        {{"rollback", "revert"}, "here that is `undo`"},
        {{"message", "msg", "because", "description"}, "the text stands right behind: `require CONDITION else \"…\"`"},
        {{"equals", "eq"}, "two values are compared with `==`"},
        {{"ne"}, "`!=` means: is not equal"},
        {{"gt"}, "`>` means: is greater"},
        {{"ge"}, "`>=` means: is at least"},
        {{"lt"}, "`<` means: is less"},
        {{"le"}, "`<=` means: is at most"},
        {{"in"}, "`LIST.contains(x)` asks whether it is in the list"},
        {{"contains", "matches"}, "it is called: `TEXT.contains(\"…\")`, `TEXT.matches(\"PATTERN\")`, `LIST.contains(…)`"},
        {{"exists"}, "`any x in LIST: …` asks whether there is one"},
        {{"when", "unless", "if"}, "a condition stands before: `if CONDITION { … }`"},
        {{"as"}, "a value gets its name before: `let name = …`"},
        {{"by", "using", "with"}, "what a call is given stands in its parentheses"},
    };
    return help_for(table, word);
}

std::string_view other_type(std::string_view word) {
    static const Words table[]{
        {{"string", "String", "str", "Str", "char", "varchar", "Text", "STRING", "TEXT", "path", "filename"}, "text"},
        {{"boolean", "Boolean", "Bool", "BOOL", "BOOLEAN", "flag", "yesno", "truth"}, "bool"},
        {{"integer", "Integer", "Int", "INT", "INTEGER", "number", "Number", "long", "uint", "num", "int64", "int32", "unsigned", "count"},
         "int"},
        {{"double", "Double", "Float", "real", "decimal", "numeric", "percent"}, "float"},
        {{"timespan", "interval", "period", "timeout", "Duration", "seconds", "minutes", "timedelta"}, "duration"},
        {{"datetime", "date", "timestamp", "Time"}, "time"},
        {{"ip", "IP", "ipaddr", "ipaddress", "inet", "hostname", "Address", "fqdn"}, "address"},
        {{"machine", "server", "node", "vm", "Host", "computer"}, "host"},
        {{"password", "Secret", "credential", "token"}, "secret"},
        {{"hosts", "servers", "machines", "nodes", "group"}, "list of host"},
        {{"strings", "texts"}, "list of text"},
        {{"array", "Array", "List", "vector", "set", "sequence", "tuple"}, "list of text"},
    };
    return help_for(table, word);
}

std::string_view other_value(std::string_view word) {
    static const Words table[]{
        {{"yes", "on", "True", "TRUE", "Yes", "YES", "On", "ON", "enabled", "y"}, "a bool is `true` or `false`: write `true`"},
        {{"no", "off", "False", "FALSE", "No", "NO", "Off", "OFF", "disabled", "n"}, "a bool is `true` or `false`: write `false`"},
        {{"null", "nil", "none", "undefined", "void", "None", "NULL", "Null", "NONE", "Nil", "nothing"},
         "there is no such value: what is not known is asked for with `is unknown`, a text without letters is `\"\"`, a list without "
         "elements `[]`"},
        {{"Unknown", "UNKNOWN"}, "what is not known is asked for with `is unknown`"},
        {{"this", "self", "localhost", "me"}, "this machine is `here`, behind `on`; the current host of an `on` block is `host`"},
        {{"inventory_hostname", "hostname", "ansible_host"}, "the current host of an `on` block is `host`, its name `host.name`"},
    };
    return help_for(table, word);
}

std::string_view other_entry(std::string_view word) {
    static const Words table[]{
        {{"ip", "ipaddr", "ipaddress", "addr", "hostname", "host", "fqdn", "ansible_host", "inet", "dns"}, "address"},
        {{"system", "type", "platform", "kind", "operating_system"}, "os"},
        {{"login", "username", "ssh_user", "ansible_user", "account"}, "user"},
        {{"ssh_port", "ansible_port"}, "port"},
        {{"identity", "identityfile", "ssh_key", "private_key", "keyfile", "pem"}, "key"},
        {{"bastion", "proxy", "proxyjump", "proxy_jump", "gateway", "jumphost", "jump_host"}, "jump"},
        {{"sudo", "privilege", "escalate"}, "become"},
        {{"connection", "transport", "protocol"}, "via"},
    };
    return help_for(table, word);
}

std::string_view other_method(std::string_view word) {
    static const Words table[]{
        {{"length", "len", "size", "Length", "Count"}, "count"},
        {{"head", "front", "at"}, "first"},
        {{"includes", "has", "include", "contain", "in"}, "contains"},
        {{"match", "test", "search"}, "matches"},
        {{"strip", "chomp", "trimmed"}, "trim"},
        {{"split", "splitlines"}, "fields"},
        {{"to_i", "to_int", "int", "parseInt", "as_integer"}, "as_int"},
        {{"to_f", "to_float", "float"}, "as_float"},
        {{"ip", "addr"}, "address"},
        {{"hostname", "fqdn"}, "name"},
    };
    return help_for(table, word);
}

}  // namespace lang
