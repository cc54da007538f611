// run.exe: the Windows side of the SSH server. Hands the line in SSH_ORIGINAL_COMMAND to cmd.exe as it is, as OpenSSH for Windows
// does, and leaves the whole exit code in the file EXIT_CODE_FILE: a process outside of Windows sees eight bits of it.
#include <windows.h>

#include <cstdio>
#include <string>

namespace {

std::wstring variable(const wchar_t* name) {
    std::wstring value(GetEnvironmentVariableW(name, nullptr, 0), L'\0');
    value.resize(GetEnvironmentVariableW(name, value.data(), static_cast<DWORD>(value.size())));
    return value;
}

DWORD run(std::wstring line) {
    STARTUPINFOW startup{};
    startup.cb = sizeof startup;
    PROCESS_INFORMATION process{};
    if (!CreateProcessW(nullptr, line.data(), nullptr, nullptr, TRUE, 0, nullptr, nullptr, &startup, &process)) return GetLastError();
    WaitForSingleObject(process.hProcess, INFINITE);
    DWORD code = 0;
    GetExitCodeProcess(process.hProcess, &code);
    return code;
}

}  // namespace

int wmain() {
    const DWORD code = run(L"cmd.exe /c " + variable(L"SSH_ORIGINAL_COMMAND"));
    if (FILE* file = _wfopen((L"Z:" + variable(L"EXIT_CODE_FILE")).c_str(), L"w")) {
        std::fprintf(file, "%lu\n", code);
        std::fclose(file);
    }
    return static_cast<int>(code);
}
