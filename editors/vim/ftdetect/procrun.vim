autocmd BufNewFile,BufRead *.proc setfiletype procrun
