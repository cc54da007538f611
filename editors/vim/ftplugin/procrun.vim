" Two blanks, as `procrun fmt` writes them, and `gg=G` does; `:make` runs the check and leads to its findings.
setlocal expandtab shiftwidth=2 softtabstop=2 textwidth=140
setlocal comments=:# commentstring=#\ %s
setlocal makeprg=NO_COLOR=1\ procrun\ check\ %:S
setlocal errorformat=%E%trror[%[%^]]%#]:\ %m,%Z\ %#-->\ %f:%l:%c,%-G%.%#
setlocal equalprg=procrun\ fmt\ -\ 2>/dev/null
