// sc.exe as Microsoft's prints, over the service manager's own API: query and queryex of one service or of all, qc, start, stop,
// GetKeyName, GetDisplayName and EnumDepend of one. Wine's own answers few of them, and in words of its own.
#include <windows.h>

#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

namespace {

/// In UTF-8, as after `chcp 65001`: what runs here has no console whose code page could be set.
void print(const wchar_t* format, ...) {
    wchar_t text[4096];
    va_list values;
    va_start(values, format);
    const int size = _vsnwprintf(text, 4096, format, values);
    va_end(values);
    char bytes[16384];
    const int count = WideCharToMultiByte(CP_UTF8, 0, text, size, bytes, sizeof bytes, nullptr, nullptr);
    DWORD written = 0;
    WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), bytes, static_cast<DWORD>(count), &written, nullptr);
}

const wchar_t* message(DWORD error) {
    switch (error) {
        case ERROR_ACCESS_DENIED:
            return L"Access is denied.";
        case ERROR_DEPENDENT_SERVICES_RUNNING:
            return L"A stop control has been sent to a service that other running services are dependent on.";
        case ERROR_INVALID_SERVICE_CONTROL:
            return L"The requested control is not valid for this service.";
        case ERROR_SERVICE_REQUEST_TIMEOUT:
            return L"The service did not respond to the start or control request in a timely fashion.";
        case ERROR_SERVICE_ALREADY_RUNNING:
            return L"An instance of the service is already running.";
        case ERROR_SERVICE_DISABLED:
            return L"The service cannot be started, either because it is disabled or because it has no enabled devices associated with it.";
        case ERROR_SERVICE_DOES_NOT_EXIST:
            return L"The specified service does not exist as an installed service.";
        case ERROR_SERVICE_CANNOT_ACCEPT_CTRL:
            return L"The service cannot accept control messages at this time.";
        case ERROR_SERVICE_NOT_ACTIVE:
            return L"The service has not been started.";
        default:
            return L"";
    }
}

/// Its exit code is the error's number.
int failed(const wchar_t* what, DWORD error) {
    print(L"[SC] %ls FAILED %lu:\r\n\r\n%ls\r\n\r\n", what, error, message(error));
    return static_cast<int>(error);
}
int failed(const wchar_t* what) { return failed(what, GetLastError()); }

const wchar_t* state_name(DWORD state) {
    static const wchar_t* const names[] = {L"",        L"STOPPED",          L"START_PENDING", L"STOP_PENDING",
                                           L"RUNNING", L"CONTINUE_PENDING", L"PAUSE_PENDING", L"PAUSED"};
    return state < 8 ? names[state] : L"";
}

/// `display_name` only in a list of services.
void print_status(const wchar_t* name, const SERVICE_STATUS_PROCESS& status, bool extended, const wchar_t* display_name = nullptr) {
    const DWORD accepted = status.dwControlsAccepted;
    print(L"\r\nSERVICE_NAME: %ls \r\n", name);
    if (display_name != nullptr) print(L"DISPLAY_NAME: %ls\r\n", display_name);
    print(L"        TYPE               : %lx  WIN32_OWN_PROCESS  \r\n", status.dwServiceType);
    print(L"        STATE              : %lu  %ls \r\n", status.dwCurrentState, state_name(status.dwCurrentState));
    print(L"                                (%ls, %ls, %ls)\r\n", accepted & SERVICE_ACCEPT_STOP ? L"STOPPABLE" : L"NOT_STOPPABLE",
          accepted & SERVICE_ACCEPT_PAUSE_CONTINUE ? L"PAUSABLE" : L"NOT_PAUSABLE",
          accepted & SERVICE_ACCEPT_SHUTDOWN ? L"ACCEPTS_SHUTDOWN" : L"IGNORES_SHUTDOWN");
    print(L"        WIN32_EXIT_CODE    : %lu  (0x%lx)\r\n", status.dwWin32ExitCode, status.dwWin32ExitCode);
    print(L"        SERVICE_EXIT_CODE  : %lu  (0x%lx)\r\n", status.dwServiceSpecificExitCode, status.dwServiceSpecificExitCode);
    print(L"        CHECKPOINT         : 0x%lx\r\n        WAIT_HINT          : 0x%lx\r\n", status.dwCheckPoint, status.dwWaitHint);
    if (extended) print(L"        PID                : %lu\r\n        FLAGS              : \r\n", status.dwProcessId);
}

/// The manager and, opened as far as a verb needs it, one service.
struct Services {
    SC_HANDLE manager;
    SC_HANDLE open(const wchar_t* name, DWORD access) const { return OpenServiceW(manager, name, access); }
};

int query(const Services& services, const wchar_t* name, bool extended) {
    const SC_HANDLE service = services.open(name, SERVICE_QUERY_STATUS);
    if (service == nullptr) return failed(L"EnumQueryServicesStatus:OpenService");
    SERVICE_STATUS_PROCESS status{};
    DWORD size = 0;
    if (!QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, reinterpret_cast<BYTE*>(&status), sizeof status, &size))
        return failed(L"QueryServiceStatusEx");
    print_status(name, status, extended);
    return 0;
}

/// `query type= service state= all`: what the options could leave out is left in.
int query_all(const Services& services, bool extended) {
    std::vector<BYTE> bytes(262144);
    auto* const found = reinterpret_cast<ENUM_SERVICE_STATUS_PROCESSW*>(bytes.data());
    DWORD size = 0, count = 0;
    if (!EnumServicesStatusExW(services.manager, SC_ENUM_PROCESS_INFO, SERVICE_WIN32, SERVICE_STATE_ALL, bytes.data(),
                               static_cast<DWORD>(bytes.size()), &size, &count, nullptr, nullptr))
        return failed(L"EnumQueryServicesStatus");
    for (DWORD i = 0; i < count; ++i) print_status(found[i].lpServiceName, found[i].ServiceStatusProcess, extended, found[i].lpDisplayName);
    return 0;
}

int start(const Services& services, const wchar_t* name) {
    const SC_HANDLE service = services.open(name, SERVICE_START | SERVICE_QUERY_STATUS);
    if (service == nullptr) return failed(L"StartService: OpenService");
    if (!StartServiceW(service, 0, nullptr)) return failed(L"StartService");
    return query(services, name, true);
}

int stop(const Services& services, const wchar_t* name) {
    const SC_HANDLE service = services.open(name, SERVICE_STOP);
    if (service == nullptr) return failed(L"OpenService");
    SERVICE_STATUS_PROCESS status{};
    if (!ControlService(service, SERVICE_CONTROL_STOP, reinterpret_cast<SERVICE_STATUS*>(&status))) return failed(L"ControlService");
    print_status(name, status, false);
    return 0;
}

int configuration(const Services& services, const wchar_t* name) {
    static const wchar_t* const starts[] = {L"BOOT_START", L"SYSTEM_START", L"AUTO_START", L"DEMAND_START", L"DISABLED"};
    const SC_HANDLE service = services.open(name, SERVICE_QUERY_CONFIG);
    if (service == nullptr) return failed(L"OpenService");
    std::vector<BYTE> bytes(8192);
    auto& config = *reinterpret_cast<QUERY_SERVICE_CONFIGW*>(bytes.data());
    DWORD size = 0;
    if (!QueryServiceConfigW(service, &config, static_cast<DWORD>(bytes.size()), &size)) return failed(L"QueryServiceConfig");
    print(L"[SC] QueryServiceConfig SUCCESS\r\n\r\nSERVICE_NAME: %ls\r\n", name);
    print(L"        TYPE               : %lx  WIN32_OWN_PROCESS \r\n", config.dwServiceType);
    print(L"        START_TYPE         : %lu   %ls\r\n", config.dwStartType, starts[config.dwStartType % 5]);
    print(L"        ERROR_CONTROL      : %lu   NORMAL\r\n", config.dwErrorControl);
    print(L"        BINARY_PATH_NAME   : %ls  \r\n", config.lpBinaryPathName);
    print(L"        LOAD_ORDER_GROUP   : %ls  \r\n", config.lpLoadOrderGroup);
    print(L"        TAG                : %lu  \r\n", config.dwTagId);
    print(L"        DISPLAY_NAME       : %ls  \r\n", config.lpDisplayName);
    print(L"        DEPENDENCIES       : \r\n");
    print(L"        SERVICE_START_NAME : %ls \r\n", config.lpServiceStartName);
    return 0;
}

int key_name(const Services& services, const wchar_t* display_name) {
    wchar_t name[256];
    DWORD size = 256;
    if (!GetServiceKeyNameW(services.manager, display_name, name, &size)) return failed(L"GetServiceKeyName");
    print(L"[SC] GetServiceKeyName SUCCESS\r\nName = %ls\r\n", name);
    return 0;
}

int display_name(const Services& services, const wchar_t* name) {
    wchar_t display[256];
    DWORD size = 256;
    if (!GetServiceDisplayNameW(services.manager, name, display, &size)) return failed(L"GetServiceDisplayName");
    print(L"[SC] GetServiceDisplayName SUCCESS\r\nName = %ls\r\n", display);
    return 0;
}

int dependents(const Services& services, const wchar_t* name) {
    const SC_HANDLE service = services.open(name, SERVICE_ENUMERATE_DEPENDENTS);
    if (service == nullptr) return failed(L"OpenService");
    std::vector<BYTE> bytes(65536);
    auto* const found = reinterpret_cast<ENUM_SERVICE_STATUSW*>(bytes.data());
    DWORD size = 0, count = 0;
    if (!EnumDependentServicesW(service, SERVICE_STATE_ALL, found, static_cast<DWORD>(bytes.size()), &size, &count))
        return failed(L"EnumDependentServices");
    print(L"Enum: entriesRead = %lu\r\n", count);
    for (DWORD i = 0; i < count; ++i) {
        SERVICE_STATUS_PROCESS status{};
        std::memcpy(&status, &found[i].ServiceStatus, sizeof found[i].ServiceStatus);
        print_status(found[i].lpServiceName, status, false);
    }
    return 0;
}

}  // namespace

int wmain(int count, wchar_t** words) {
    if (count < 3) {
        print(
            L"DESCRIPTION:\r\n        SC is a command line program used for communicating with the\r\n"
            L"        Service Control Manager and services.\r\n");
        return ERROR_INVALID_COMMAND_LINE;
    }
    const Services services{OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT | SC_MANAGER_ENUMERATE_SERVICE)};
    if (services.manager == nullptr) return failed(L"OpenSCManager");
    const std::wstring verb = words[1];
    const auto is = [&](const wchar_t* name) { return _wcsicmp(verb.c_str(), name) == 0; };
    const bool extended = is(L"queryex");
    if ((is(L"query") || extended) && std::wcschr(words[2], L'=') != nullptr) return query_all(services, extended);
    if (is(L"query") || extended) return query(services, words[2], extended);
    if (is(L"qc")) return configuration(services, words[2]);
    if (is(L"start")) return start(services, words[2]);
    if (is(L"stop")) return stop(services, words[2]);
    if (is(L"GetKeyName")) return key_name(services, words[2]);
    if (is(L"GetDisplayName")) return display_name(services, words[2]);
    if (is(L"EnumDepend")) return dependents(services, words[2]);
    print(L"ERROR:  Unrecognized command\r\n\r\n");
    return ERROR_INVALID_COMMAND_LINE;
}
