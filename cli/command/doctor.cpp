#include <fmt/format.h>

#include "cli/command/all.hpp"
#include "cli/doctor/pages.hpp"
#include "cli/run/context.hpp"
#include "cli/run/load.hpp"
#include "cli/terminal/output.hpp"
#include "runtime/file.hpp"
#include "runtime/plan/unreached.hpp"

namespace cli {

namespace {

void write_page(const std::string& path, const std::string& text) {
    if (const auto why = runtime::write_file(path, text)) throw UsageError{fmt::format("{}: it cannot be written: {}", path, *why)};
    print("written: {}\n", path);
}

}  // namespace

int doctor_command(DoctorRequest request) {
    request.run.rehearse = request.run.rehearse || request.run.at;  // the machines there are simulated
    const lang::Checked checked = load(request.run.source);
    if (!checked.program) {
        say("{}: refused by the check; nothing was sent to any host\n", request.run.source.file);
        return static_cast<int>(runtime::End::Refused);
    }
    const lang::Site& site = *checked.program->site;
    if (site.hosts.empty()) throw UsageError{fmt::format("{}: this site has no hosts", request.run.source.file)};
    Screen screen;
    RunContext context(*checked.program, request.run, screen);
    context.world().observers.clear();  // to look is no run
    context.world().connect = runtime::waiting_once(context.world().connect, context.scheduler());
    const lang::Time began = context.scheduler().now();
    doctor::Examination all{.site = site,
                            .machines = doctor::examine(site, context.world()),
                            .took = context.scheduler().now() - began,
                            .when = context.scheduler().wall(),
                            .only_in_procedures = doctor::asked_by_procedures(site, registry()),
                            .mask = context.world().mask};
    context.finish();
    write(stdout, visible_painted(doctor::as_text(all, screen, request.run.detail == Detail::Verbose)));
    if (request.page) write_page(*request.page, doctor::as_html(all));
    if (request.bundle) write_page(*request.bundle, doctor::as_bundle(all));
    return static_cast<int>(doctor::has_findings(all) ? runtime::End::Failed : runtime::End::Completed);
}

}  // namespace cli
