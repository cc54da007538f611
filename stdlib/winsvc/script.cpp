#include "stdlib/winsvc/script.hpp"

#include <fmt/format.h>

#include <string>

namespace stdlib::winsvc {

namespace {

using runtime::Command;

/// The service by its name or else by its display name. Compared, not asked for: Get-Service would take `*` and `[` as patterns. A
/// service that we may not see is not "missing".
constexpr std::string_view find = R"($ErrorActionPreference = 'Stop'
function Say($what) { ConvertTo-Json -Compress -InputObject $what }
try {
$all = @(Get-Service -ErrorAction SilentlyContinue -ErrorVariable denied)
$s = $all | Where-Object { $_.Name -eq $name } | Select-Object -First 1
if (-not $s) { $s = $all | Where-Object { $_.DisplayName -eq $name } | Select-Object -First 1 }
if (-not $s -and $denied) { throw $denied[0] }
if (-not $s) { Say @{ exists = $false }; exit 0 }
$key = $s.Name
function Wmi { Get-CimInstance Win32_Service | Where-Object { $_.Name -eq $key } }
)";

constexpr std::string_view otherwise = R"(} catch { Say @{ error = $_.Exception.Message }; exit 1 }
)";

constexpr std::string_view tell_lines = R"($w = Wmi
Say ([ordered]@{ exists = $true; name = $key; display = $s.DisplayName; status = [int]$s.Status; start = $w.StartMode;
  exit = $w.ExitCode; specific = $w.ServiceSpecificExitCode; pid = $w.ProcessId })
)";

/// A service takes no orders while a start or a stop is pending.
constexpr std::string_view settle_lines =
    R"(for ($i = 0; $i -lt 60 -and (2, 3, 5, 6) -contains [int]$s.Status; $i++) { Start-Sleep -Milliseconds 500; $s.Refresh() }
$said = [ordered]@{}
)";

constexpr std::string_view stop_lines = R"($said.stop = [int](Invoke-CimMethod -InputObject (Wmi) -MethodName StopService).ReturnValue
if ($said.stop -eq 3) { $said.dependents = @($s.DependentServices | Where-Object { [int]$_.Status -ne 1 } | ForEach-Object { $_.Name }) }
)";

constexpr std::string_view until_stopped =
    R"(for ($i = 0; $i -lt 120 -and -not $said.stop -and [int]$s.Status -ne 1; $i++) { Start-Sleep -Milliseconds 500; $s.Refresh() }
if ([int]$s.Status -ne 1) { $said.late = $true; Say $said; exit 0 }
)";

constexpr std::string_view start_lines = R"($said.start = [int](Invoke-CimMethod -InputObject (Wmi) -MethodName StartService).ReturnValue
)";

constexpr std::string_view say_lines = R"(Say $said
)";

Command script(std::string_view verb, std::string_view service, std::initializer_list<std::string_view> body) {
    std::string text(find);
    for (const std::string_view part : body) text += part;
    text += otherwise;
    return Command::powershell({runtime::Verbatim{fmt::format("# winsvc.{}\n$name = ", verb)}, runtime::Quoted{std::string(service)},
                                runtime::Verbatim{"\n" + text}});
}

}  // namespace

Command shell_script() {
    return Command::powershell({runtime::Verbatim{"# winsvc.shell\n'{\"powershell\":' + $PSVersionTable.PSVersion.Major + '}'\n"}});
}

Command states_script() {
    return Command::powershell({runtime::Verbatim{
        "# winsvc.states\n$all = @(Get-Service -ErrorAction SilentlyContinue -ErrorVariable denied | ForEach-Object { , @($_.Name, "
        "$_.DisplayName, [int]$_.Status) })\nConvertTo-Json -Compress -Depth 3 -InputObject @{ services = $all; denied = @($denied).Count "
        "}\n"}});
}

Command own_states_script() {
    return Command::powershell({runtime::Verbatim{
        "# winsvc.own\n$own = Get-CimInstance Win32_Service | Where-Object { $_.PathName -and $_.PathName -notlike "
        "\"*$env:SystemRoot*\" -and $_.StartMode -ne 'Disabled' } | ForEach-Object { $_.Name }\n"
        "$all = @(Get-Service -ErrorAction SilentlyContinue | Where-Object { $own -contains $_.Name } | ForEach-Object { , "
        "@($_.Name, $_.DisplayName, [int]$_.Status) })\n"
        "ConvertTo-Json -Compress -Depth 3 -InputObject @{ services = $all }\n"}});
}

Command status_script(std::string_view service) { return script("status", service, {tell_lines}); }

Command start_script(std::string_view service) { return script("start", service, {settle_lines, start_lines, say_lines}); }

Command stop_script(std::string_view service) { return script("stop", service, {settle_lines, stop_lines, say_lines}); }

Command restart_script(std::string_view service) {
    constexpr std::string_view if_up = "if ([int]$s.Status -ne 1) {\n";
    return script("restart", service, {settle_lines, if_up, stop_lines, "}\n", until_stopped, start_lines, say_lines});
}

}  // namespace stdlib::winsvc
