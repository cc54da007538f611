// shutdown.exe /s|/r /t 0: tells the power supply, which is outside of Windows, what is wanted. Wine's own does nothing.
#include <windows.h>

#include <cstdio>
#include <cwchar>

int wmain(int count, wchar_t** words) {
    const bool off = count > 1 && std::wcscmp(words[1], L"/s") == 0;
    const bool restart = count > 1 && std::wcscmp(words[1], L"/r") == 0;
    if (!off && !restart) return ERROR_BAD_ARGUMENTS;
    FILE* file = _wfopen(L"C:\\parts\\power", L"w");
    if (file == nullptr) return ERROR_ACCESS_DENIED;
    std::fputs(off ? "off" : "restart", file);
    std::fclose(file);
    return 0;
}
