// The ways by which people are told: mail, a webhook, a command.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "cli/notify/notice.hpp"
#include "runtime/scheduler.hpp"

namespace cli {

/// What sending needs besides: the bytes of a secret of the site, or why there are none.
struct ChannelContext {
    runtime::Scheduler& scheduler;
    const runtime::Stop& stop;
    std::function<lang::Value(std::string_view name)> secret;
    std::function<std::string(std::string)> mask;
};

/// However it is told, it is given up after this long.
inline constexpr lang::Duration longest_sending = std::chrono::seconds(30);

/// The body of a webhook: each `$title`, `$text`, … of the template as a value of JSON. Without a template {"text": …}, which chats take.
std::string webhook_body(const std::string& written, const Notice&, const NoticeContext&);

/// Why it could not be told, secrets masked; nothing where it was taken.
std::optional<std::string> send(const lang::Notified& to, const Notice&, const NoticeContext&, const ChannelContext&);

}  // namespace cli
