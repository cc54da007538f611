#include "rehearsal/drbd/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rehearsal {

namespace {

std::int64_t kib(std::int64_t bytes) { return bytes / 1024; }

/// 2156 -> "2,156"
std::string with_thousands(std::int64_t number) {
    std::string digits = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) digits.insert(static_cast<std::size_t>(at), 1, ',');
    return digits;
}

/// The two lines under a resource that is being resynced.
std::string progress(const DrbdResource& resource, std::size_t side, lang::Time now) {
    const std::int64_t total = std::max<std::int64_t>(kib(resource.resync_total), 1), left = kib(resource.out_of_sync);
    const std::int64_t per_mille = 1000 - 1000 * left / total;
    const std::int64_t steps = per_mille / 50;
    std::string out = "\t[";
    out.append(static_cast<std::size_t>(std::max<std::int64_t>(steps - 1, 0)), '=');
    out += '>';
    out.append(static_cast<std::size_t>(20 - steps), '.');
    // Beyond 4 GiB the kernel counts in MiB.
    const bool large = total > (4LL << 20);
    out += fmt::format("] sync'ed:{:3}.{}% ({}/{}){}\n", per_mille / 10, per_mille % 10, large ? left >> 10 : left,
                       large ? total >> 10 : total, large ? 'M' : 'K');
    const std::int64_t speed = resource.resync_rate() * 1000 / 1024;
    const std::int64_t seconds = left / std::max<std::int64_t>(speed, 1);
    const std::int64_t elapsed = std::max<std::int64_t>((now - resource.resync_began).count(), 1);
    const std::int64_t average = (total - left) * 1000 / elapsed;
    out += fmt::format("\tfinish: {}:{:02}:{:02} speed: {} ({})", seconds / 3600, seconds / 60 % 60, seconds % 60, with_thousands(speed),
                       with_thousands(average));
    if (resource.source != side) out += " want: " + with_thousands(speed);
    return out + " K/sec\n";
}

std::string proc_lines(const DrbdResource& resource, std::size_t index, lang::Time now) {
    const DrbdSide& side = resource.sides[index];
    const std::string connection = resource.connection(index);
    std::string out =
        fmt::format("{:2}: cs:{} ro:{}/{} ds:{}/{} {} r-----\n", resource.minor, connection, resource.role(index),
                    resource.peer_role(index), resource.disk(index), resource.peer_disk(index), connection == "StandAlone" ? ' ' : 'C');
    out += fmt::format("    ns:{} nr:{} dw:{} dr:{} al:8 bm:0 lo:0 pe:0 ua:0 ap:0 ep:1 wo:f oos:{}\n", kib(side.sent), kib(side.received),
                       kib(side.written), kib(side.read), kib(side.is_ahead || resource.source ? resource.out_of_sync : 0));
    if (resource.source) out += progress(resource, index, now);
    return out;
}

/// Words put side by side, in lines of 80 columns that begin with `indent` blanks.
std::string wrapped(std::size_t indent, const std::vector<std::string>& words) {
    std::string out, line(indent, ' ');
    for (const std::string& word : words) {
        const bool first = line.size() == indent;
        if (!first && line.size() + 1 + word.size() > 80) {
            out += line + "\n";
            line.assign(indent, ' ');
        } else if (!first) {
            line += ' ';
        }
        line += word;
    }
    return out + line + "\n";
}

/// A wrapped line whose following lines are further in.
std::string wrapped(std::size_t indent, std::size_t deeper, std::vector<std::string> words) {
    std::string line(indent, ' ');
    std::size_t taken = 0;
    for (; taken < words.size() && line.size() + words[taken].size() + 1 <= 80; ++taken) line += (taken == 0 ? "" : " ") + words[taken];
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(taken));
    return line + "\n" + (words.empty() ? "" : wrapped(deeper, words));
}

std::string done(const DrbdResource& resource) {
    const double in_sync = static_cast<double>(drbd_device_kib - kib(resource.out_of_sync)) / static_cast<double>(drbd_device_kib);
    return fmt::format("done:{:.2f}", 100 * in_sync);
}

/// The words of the connection that follow "peer".
std::vector<std::string> peer_words(const DrbdResource& resource, std::size_t index) {
    const std::string state = resource.connection(index);
    std::vector<std::string> words{"replication:" + std::string(state == "Connected" ? "Established" : state),
                                   "peer-disk:" + resource.peer_disk(index)};
    if (resource.source) words.push_back(done(resource));
    return words;
}

std::string plain_status(const DrbdResource& resource, std::size_t index) {
    std::string out = fmt::format("{} role:{}\n  disk:{}\n", resource.name, resource.role(index), resource.disk(index));
    const std::string state = resource.connection(index);
    if (state == "WFConnection") {
        out += "  peer connection:Connecting\n";
    } else if (state != "StandAlone") {
        out += fmt::format("  peer role:{}\n    {}\n", resource.peer_role(index), fmt::join(peer_words(resource, index), " "));
    }
    return out + "\n";
}

std::string verbose_status(const DrbdResource& resource, std::size_t index) {
    const DrbdSide& side = resource.sides[index];
    std::string out = fmt::format("{} role:{} suspended:no\n    write-ordering:flush\n", resource.name, resource.role(index));
    out += fmt::format("  volume:0 minor:{} disk:{}\n", resource.minor, resource.disk(index));
    out += wrapped(
        6, {fmt::format("size:{}", drbd_device_kib), fmt::format("read:{}", kib(side.read)), fmt::format("written:{}", kib(side.written)),
            "al-writes:8", "bm-writes:0", "upper-pending:0", "lower-pending:0", "al-suspended:no", "blocked:no"});
    const std::string state = resource.connection(index);
    if (state == "StandAlone") return out + "\n";
    const bool alone = state == "WFConnection";
    out += fmt::format("  peer connection:{} role:{} congested:no\n", alone ? "Connecting" : "Connected", resource.peer_role(index));
    std::vector<std::string> words =
        alone ? std::vector<std::string>{"replication:Off", "peer-disk:DUnknown"} : peer_words(resource, index);
    words.insert(words.begin(), "volume:0");
    words.push_back("resync-suspended:no");
    out += wrapped(4, 8, std::move(words));
    out += wrapped(
        8, {fmt::format("received:{}", kib(side.received)), fmt::format("sent:{}", kib(side.sent)),
            fmt::format("out-of-sync:{}", kib(side.is_ahead || resource.source ? resource.out_of_sync : 0)), "pending:0", "unacked:0"});
    return out + "\n";
}

}  // namespace

std::string proc_drbd(const Drbd& drbd, const lang::Host& host, lang::Time now) {
    std::string out = "version: 8.4.11 (api:1/proto:86-101)\nsrcversion: B536C32A3EADA868561EFD9 \n";
    for (const DrbdResource& resource : drbd.resources) {
        const auto side = resource.side_of(host);
        if (side && resource.sides[*side].is_up) out += proc_lines(resource, *side, now);
    }
    return out;
}

std::string drbd_status(const DrbdResource& resource, std::size_t side, bool verbose) {
    if (!resource.sides[side].is_up) return {};
    return verbose ? verbose_status(resource, side) : plain_status(resource, side);
}

std::string drbd_events(const DrbdResource& resource, std::size_t index, bool statistics) {
    const DrbdSide& side = resource.sides[index];
    if (!side.is_up) return {};
    const auto with = [&](std::string text) { return statistics ? std::move(text) : std::string(); };
    const std::string state = resource.connection(index);
    const bool linked = state != "StandAlone" && state != "WFConnection";
    const std::string peer = fmt::format("peer-node-id:0{}", state == "StandAlone" ? "" : " conn-name:peer");
    std::string out =
        fmt::format("exists resource name:{} role:{} suspended:no{}\n", resource.name, resource.role(index), with(" write-ordering:flush"));
    out += fmt::format("exists connection name:{} {} connection:{} role:{}{}\n", resource.name, peer,
                       linked                    ? "Connected"
                       : state == "WFConnection" ? "Connecting"
                                                 : state,
                       resource.peer_role(index), with(" congested:no"));
    out +=
        fmt::format("exists device name:{} volume:0 minor:{} disk:{}{}\n", resource.name, resource.minor, resource.disk(index),
                    with(fmt::format(" size:{} read:{} written:{} al-writes:8 bm-writes:0 upper-pending:0 lower-pending:0 al-suspended:no "
                                     "blocked:no",
                                     drbd_device_kib, kib(side.read), kib(side.written))));
    out += fmt::format("exists peer-device name:{} {} volume:0 replication:{} peer-disk:{} resync-suspended:no{}\n", resource.name, peer,
                       !linked                ? "Off"
                       : state == "Connected" ? "Established"
                                              : state,
                       resource.peer_disk(index),
                       with(fmt::format(" received:{} sent:{} out-of-sync:{} pending:0 unacked:0", kib(side.received), kib(side.sent),
                                        kib(side.is_ahead || resource.source ? resource.out_of_sync : 0))));
    return out;
}

std::string drbd_generations(const DrbdResource& resource, std::size_t index) {
    const DrbdSide& side = resource.sides[index];
    constexpr std::string_view shared = "39338FD04E5D2EC0", own = "385D267C5E9580DC", none = "0000000000000000";
    std::string current(side.is_ahead ? own : shared);
    if (side.is_primary) ++current.back();
    return fmt::format("{}:{}:{}:{}:{}:{}:{}:{}:0:0:0\n", current, side.is_ahead ? shared : none, none, none, side.is_consistent ? 1 : 0,
                       side.is_consistent ? 1 : 0, side.is_primary ? 1 : 0, resource.link == DrbdResource::Link::On ? 1 : 0);
}

std::string drbd_options(const DrbdResource& resource, std::size_t index) {
    return fmt::format(R"(resource {} {{
    options {{
        cpu-mask        	""; # default
        on-no-data-accessible	io-error; # default
    }}
    net {{
        protocol        	C; # default
        allow-two-primaries	{}
        after-sb-0pri   	disconnect; # default
        after-sb-1pri   	disconnect; # default
        after-sb-2pri   	disconnect; # default
        always-asbp     	no; # default
        rr-conflict     	disconnect; # default
    }}
    _remote_host {{
        address			ipv4 {}:7788;
    }}
    _this_host {{
        address			ipv4 {}:7788;
        volume 0 {{
            device			minor {};
            meta-disk			internal;
        }}
    }}
}}
)",
                       resource.name, resource.two_primaries ? "yes;" : "no; # default", resource.sides[1 - index].host->address,
                       resource.sides[index].host->address, resource.minor);
}

std::string_view drbdsetup_usage() {
    return R"(
USAGE: drbdsetup command device arguments options

Device is usually /dev/drbdX or /dev/drbd/X.

Commands are:
    primary             secondary           attach              
    disk-options        detach              connect             
    net-options         disconnect          resize              
    resource-options    new-current-uuid    invalidate          
    invalidate-remote   pause-sync          resume-sync         
    suspend-io          resume-io           outdate             
    verify              down                state               
    role                sh-status           cstate              
    dstate              show-gi             get-gi              
    show                status              check-resize        
    events              events2             wait-connect        
    wait-sync           new-resource        new-minor           
    del-minor           del-resource        

To get more details about a command issue 'drbdsetup help cmd'.

)";
}

std::string_view drbdadm_version() {
    return R"(DRBDADM_BUILDTAG=GIT-hash:\ 409097fe02187f83790b88ac3e0d94f3c167adab\ reproducible\ build\,\ 2023-01-09\ 14:51:18
DRBDADM_API_VERSION=1
DRBD_KERNEL_VERSION_CODE=0x08040b
DRBDADM_VERSION_CODE=0x091600
DRBDADM_VERSION=9.22.0
)";
}

}  // namespace rehearsal
