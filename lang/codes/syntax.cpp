// E01xx: what the parser says.
#include <array>

#include "lang/codes/explanations.hpp"

namespace lang::codes {

namespace {

constexpr std::array syntax_table{
    Code{"E0101", "something else was expected",
         "The parser read up to this place and could not go on: what stands here does not fit what stands before it. The message names "
         "what would have fitted. A statement ends with its line, unless the next line begins with a clause word (within, every, each, "
         "holding, showing, else, undo, leave); inside of ( ) and [ ] line ends do not count.",
         "step \"Stop the software\"\n{\n  note \"stopped\"\n}", "step \"Stop the software\" {\n  note \"stopped\"\n}"},
    Code{"E0102", "a text is not closed",
         "A text begins and ends with a quote, both on one line. Inside of it \\\" is a quote, \\n a line end and ${…} the value of an "
         "expression.",
         "note \"all sessions have ended", "note \"all sessions have ended\""},
    Code{"E0103", "a parenthesis or bracket is not closed",
         "Inside of ( ) and [ ] line ends are blanks, so the parser went on to the next lines and found what cannot stand there.",
         "require healthy(home_store\nnote \"healthy\"", "require healthy(home_store)\nnote \"healthy\""},
    Code{"E0104", "a block is not closed",
         "The file ended, or the next declaration began, before the `}` of this block. Where a `}` further down stands further to the left "
         "than the line of its `{`, that place is named too: the missing `}` most likely belongs there.",
         "step \"Stop\" {\n  note \"stopped\"", "step \"Stop\" {\n  note \"stopped\"\n}"},
    Code{"E0105", "`=` does not compare", "`=` gives a name to a value, once, after `let`. `==` tells whether two values are equal.",
         "require home = 1", "require home == 1"},
    Code{"E0106", "comparisons do not chain",
         "`a < b < c` would compare the answer of `a < b` with `c`. Nobody means that, so it is refused.", "require 1 < home < 4",
         "require 1 < home and home < 4"},
    Code{"E0107", "a number has no unit, or an odd one",
         "How long something may take is a duration: 500ms, 30s, 5m, 2h or 1h30m, without blanks. A bare number would leave open whether "
         "seconds or minutes are meant.",
         "wait_until idle()\n  within 5", "wait_until idle()\n  within 5m"},
    Code{
        "E0108", "this is not a statement",
        "A statement begins with a word of the language (step, on, require, wait_until, let, note, …) or is the call of an action. A value "
        "or a condition alone does nothing: write `require` or `wait_until` before it.",
        "home == 1", "require home == 1"},
    Code{"E0109", "a word of the language cannot be a name",
         "Words such as `each`, `on`, `all` or `step` have their meaning everywhere, so that a reader need not guess. After a dot and "
         "before "
         "the colon of an argument they are allowed.",
         "let all = stores", "let all_stores = stores"},
    Code{"E0110", "names begin with a small letter",
         "A name begins with a small letter and goes on with letters, digits, `_` and `-`. Words that begin with a capital are members of "
         "an "
         "enumeration, such as Primary.",
         "let Home = 1", "let home = 1"},
    Code{"E0111", "an unknown escape in a text", "After a backslash in a text stands one of these: \\\" \\\\ \\n \\t \\$.",
         "note \"C:\\jtel\\bin\"", "note \"C:\\\\jtel\\\\bin\""},
    Code{"E0112", "a byte or character that does not belong into a program",
         "A program is UTF-8 text. Control characters do not belong into it, and characters beyond ASCII stand in texts and comments only: "
         "typographic quotes and blanks that came along when text was copied from a document look right and are not.",
         "note “stopped”", "note \"stopped\""},
    Code{"E0113", "a number is too large", "An int has 64 bits, and no duration is longer than a hundred years.",
         "let far = 9999999999999999999", "let far = 999999999999999999"},
    Code{"E0114", "nested too deep",
         "Blocks, brackets and operators nest at most 100 levels deep, and an expression has at most some hundred operators in a row. A "
         "procedure is read at night: give parts of it names with `let` and `define`.",
         "", ""},
    Code{"E0115", "the file is too large", "No procedure has more than 4 MiB: most likely this is another file.", "", ""},
    Code{"E0116", "a clause is out of place",
         "`within every each holding showing else undo leave` continue a statement, and each statement takes only some of them: wait_until "
         "takes within, every, each, holding, showing and else; an action takes within, else, undo and leave; require takes else; confirm "
         "and step take within; if takes else.",
         "require home == 1\n  within 5m", "wait_until home == 1\n  within 5m"},
    Code{"E0117", "a `}` closes nothing", "There are more `}` than `{` up to this place.", "note \"a\"\n}", "note \"a\""},
    Code{"E0118", "a clause stands twice", "Each clause of a statement can be given once: which one counts would be a guess.",
         "wait_until idle() within 5m within 10m", "wait_until idle() within 10m"},
    Code{"E0119", "there are more mistakes", "Only the first hundred mistakes of a file are shown.", "", ""},
    Code{"E0120", "`on` is out of place",
         "A value is read on another host by writing `on HOST` right behind the call that reads it. Statements go into a block: "
         "`on HOSTS { … }`.",
         "systemd.stop(\"wildfly\") on acd-jb1", "on acd-jb1 {\n  systemd.stop(\"wildfly\")\n}"},
    Code{"E0121", "a declaration in a block",
         "param, needs, define, import, invariant and the declarations of a site stand at the top of a file. If this one does, then the "
         "`}` of "
         "the block before it is missing.",
         "step \"Stop\" {\n  param home: int = 1\n}", "param home: int = 1\nstep \"Stop\" {\n  note \"${home}\"\n}"},
    Code{"E0122", "a fixed text cannot have holes",
         "Paths, names and descriptions are read before anything runs, when no value is known yet.", "import \"${kind}.proc\"",
         "import \"storage.proc\""},
    Code{
        "E0123", "another kind of file",
        "What the file begins with is the beginning of another kind of file, such as a playbook, an inventory or a script, and it does not "
        "read as a procedure. What a playbook does by its tasks is done here by steps, on the hosts of a site.",
        "- hosts: web", "step \"Stop\" {\n  on web { systemd.stop(\"nginx\") }\n}"},
};

}  // namespace

std::span<const Code> syntax() { return syntax_table; }

}  // namespace lang::codes
