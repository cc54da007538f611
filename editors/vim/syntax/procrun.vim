" Syntax of procrun's procedures. The words are those of docs/language.md; a test compares them.
if exists('b:current_syntax')
  finish
endif

" A name may hold `-`: `acd-store1` is one word, and `x - 1` a difference.
syntax iskeyword @,48-57,_,-

syntax keyword procStatement step on parallel for if else then require wait_until let keep find ask confirm note mark fail go_on commit on_failure
syntax keyword procClause within every each holding showing undo leave done_when
syntax keyword procDeclaration import needs param define invariant
syntax keyword procDeclaration site fact secret connect host cluster notify group scene reply watch lock
syntax keyword procOperator and or not is all any no one in exactly where
syntax keyword procConstant true false unknown
syntax keyword procType bool int float text duration time address list

syntax match procComment "#.*$" contains=procTodo,@Spell
syntax keyword procTodo contained TODO FIXME
syntax match procNumber "\<\d\+\(\.\d\+\)\?\>"
syntax match procDuration "\<\(\d\+\(ms\|[hms]\)\)\+\>"
syntax match procEnum "\<[A-Z][A-Za-z0-9_]*\>"
syntax match procCall "\<[a-z][A-Za-z0-9_]*\.[a-z_][A-Za-z0-9_]*\ze("
syntax match procCall "\<[a-z][A-Za-z0-9_]*\ze("
syntax match procEscape contained "\\[\"\\nt$]"
syntax region procHole contained matchgroup=procHoleMark start="\${" end="}" contains=TOP
syntax region procString start=+"+ skip=+\\.+ end=+"+ contains=procEscape,procHole,@Spell

highlight default link procStatement Statement
highlight default link procClause Keyword
highlight default link procDeclaration PreProc
highlight default link procOperator Operator
highlight default link procConstant Boolean
highlight default link procType Type
highlight default link procComment Comment
highlight default link procTodo Todo
highlight default link procNumber Number
highlight default link procDuration Number
highlight default link procEnum Constant
highlight default link procCall Function
highlight default link procEscape SpecialChar
highlight default link procHoleMark Special
highlight default link procString String

let b:current_syntax = 'procrun'
