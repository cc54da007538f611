// service.exe NAME [EXIT_CODE]: a service. It starts and stops as soon as it is told to, or, while a file C:\parts\NAME.start or
// C:\parts\NAME.stop exists, is on its way. With an EXIT_CODE it does not get up: it stops with that code of its own.
#include <windows.h>

#include <cstdlib>
#include <string>

namespace {

struct Service {
    std::wstring name;
    DWORD exit_code = 0;
    SERVICE_STATUS_HANDLE manager = nullptr;
    HANDLE told_to_stop = nullptr;
    SERVICE_STATUS status{};

    void report(DWORD state) {
        const bool moving = state == SERVICE_START_PENDING || state == SERVICE_STOP_PENDING;
        status.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
        status.dwCurrentState = state;
        status.dwControlsAccepted = state == SERVICE_RUNNING ? SERVICE_ACCEPT_STOP : 0;
        status.dwCheckPoint = moving ? status.dwCheckPoint + 1 : 0;
        status.dwWaitHint = moving ? 2000 : 0;
        SetServiceStatus(manager, &status);
    }

    /// Reports the pending state again and again: the service manager gives up one that has nothing to say.
    void linger(DWORD state, const wchar_t* while_there_is) {
        const std::wstring held = L"C:\\parts\\" + name + while_there_is;
        do {
            report(state);
            Sleep(20);
        } while (GetFileAttributesW(held.c_str()) != INVALID_FILE_ATTRIBUTES);
    }

    void live() {
        linger(SERVICE_START_PENDING, L".start");
        if (exit_code == 0) {
            report(SERVICE_RUNNING);
            WaitForSingleObject(told_to_stop, INFINITE);
            linger(SERVICE_STOP_PENDING, L".stop");
        } else {
            status.dwWin32ExitCode = ERROR_SERVICE_SPECIFIC_ERROR;
            status.dwServiceSpecificExitCode = exit_code;
        }
        report(SERVICE_STOPPED);
    }
};

Service service;  // Windows calls a service back without a word about which one it means

DWORD WINAPI control(DWORD order, DWORD, void*, void*) {
    if (order == SERVICE_CONTROL_INTERROGATE) return NO_ERROR;
    if (order != SERVICE_CONTROL_STOP) return ERROR_CALL_NOT_IMPLEMENTED;
    service.report(SERVICE_STOP_PENDING);
    SetEvent(service.told_to_stop);
    return NO_ERROR;
}

void WINAPI service_main(DWORD, wchar_t**) {
    service.told_to_stop = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    service.manager = RegisterServiceCtrlHandlerExW(service.name.c_str(), control, nullptr);
    service.live();
}

}  // namespace

int wmain(int count, wchar_t** words) {
    if (count < 2) return ERROR_BAD_ARGUMENTS;
    service.name = words[1];
    if (count > 2) service.exit_code = std::wcstoul(words[2], nullptr, 10);
    const SERVICE_TABLE_ENTRYW table[] = {{service.name.data(), service_main}, {nullptr, nullptr}};
    return StartServiceCtrlDispatcherW(table) ? 0 : static_cast<int>(GetLastError());
}
