// Values, *unknown* among them. Immutable and cheap to copy.
#pragma once

#include <cassert>
#include <chrono>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lang/model/type.hpp"

namespace lang {

struct Host;

using Duration = std::chrono::milliseconds;
using Time = std::chrono::sys_time<Duration>;

class Value;

/// "Could not tell": a host that did not answer, a denied access, an output that could not be read. Never false.
struct Unknown {
    std::string why;  ///< a sentence without a full stop: "acd-db1 does not answer (connection refused)"
    std::string raw;  ///< what was read, if anything; bounded by the caller
    enum class Cause {
        NotTold,
        Later,         ///< only in a plan: not asked now, because what an earlier step would do decides it
        NotSimulated,  ///< only in a rehearsal: the simulated site has no model of what was asked
    } cause = Cause::NotTold;
    std::string mend = {};  ///< of NotSimulated: what a site file would have to say, as it is written there; may be empty
};

/// A text that never appears: it prints as "***", and only a Command takes its bytes.
struct Secret {
    std::string bytes;
};

struct Text {
    std::string value;
    bool operator==(const Text&) const = default;
};

struct EnumMember {
    std::shared_ptr<const EnumType> type;
    std::size_t index = 0;
};

/// Fields in the order of the type.
struct Record {
    std::shared_ptr<const RecordType> type;
    std::vector<Value> fields;
};

struct List {
    std::vector<Value> items;
};

class Value {
  public:
    using Payload =
        std::variant<std::monostate, std::shared_ptr<const Unknown>, bool, std::int64_t, double, Text, Duration, Time, const Host*,
                     EnumMember, std::shared_ptr<const Record>, std::shared_ptr<const List>, std::shared_ptr<const Secret>>;

    Value() = default;  ///< nothing
    Value(bool b) : payload_(b) {}
    Value(int i) : payload_(std::int64_t{i}) {}
    Value(std::int64_t i) : payload_(i) {}
    Value(double d) : payload_(d) {}
    Value(std::string text) : payload_(Text{std::move(text)}) {}
    Value(std::string_view text) : payload_(Text{std::string(text)}) {}
    Value(const char* text) : payload_(Text{text}) {}
    Value(Duration d) : payload_(d) {}
    Value(Time t) : payload_(t) {}
    Value(const Host* host) : payload_(host) {}
    Value(EnumMember member) : payload_(std::move(member)) {}
    Value(Record record) : payload_(std::make_shared<const Record>(std::move(record))) {}
    Value(List list) : payload_(std::make_shared<const List>(std::move(list))) {}
    Value(Secret secret) : payload_(std::make_shared<const Secret>(std::move(secret))) {}

    static Value unknown(std::string why, std::string raw = {});
    /// Unknown now, and sure to be known when its turn comes.
    static Value later(std::string why);
    static Value not_simulated(std::string why, std::string mend);
    /// The member called `name`; unknown, with the raw text, where the type has no such member.
    static Value member(const std::shared_ptr<const EnumType>&, std::string_view name);
    static Value list(std::vector<Value> items) { return List{std::move(items)}; }

    bool is_nothing() const { return std::holds_alternative<std::monostate>(payload_); }
    bool is_unknown() const { return std::holds_alternative<std::shared_ptr<const Unknown>>(payload_); }
    bool is_later() const { return is_unknown() && why_unknown().cause == Unknown::Cause::Later; }
    bool is_not_simulated() const { return is_unknown() && why_unknown().cause == Unknown::Cause::NotSimulated; }
    const Unknown& why_unknown() const { return *get<std::shared_ptr<const Unknown>>(); }

    // What the checker has proved about the type; asked of another type, std::logic_error is thrown.
    bool boolean() const { return get<bool>(); }
    std::int64_t integer() const { return get<std::int64_t>(); }
    double number() const;  ///< a float, or an int as one
    const std::string& text() const { return get<Text>().value; }
    Duration duration() const { return get<Duration>(); }
    Time time() const { return get<Time>(); }
    const Host& host() const { return *get<const Host*>(); }
    const EnumMember& member() const { return get<EnumMember>(); }
    const std::string& member_name() const;
    const Record& record() const { return *get<std::shared_ptr<const Record>>(); }
    const Value& field(std::string_view name) const;
    const std::vector<Value>& items() const { return get<std::shared_ptr<const List>>()->items; }
    const std::string& secret_bytes() const { return get<std::shared_ptr<const Secret>>()->bytes; }

    const Payload& payload() const { return payload_; }

    /// As a program writes it and a message quotes it: `"r0"`, `UpToDate`, `5m`, `unknown (why)`, `{role: Primary}`, `***`.
    std::string show() const;
    /// As it stands inside a text: no quotes around a text, a host by its name.
    std::string plain() const;

  private:
    template <typename T>
    const T& get() const {
        const T* value = std::get_if<T>(&payload_);
        if (value == nullptr) throw std::logic_error("the checker promised another type");
        return *value;
    }
    Payload payload_;
};

/// "500ms", "30s", "1h30m": the literal that the language reads.
std::string show(Duration);
/// Both spellings, "2026-01-31 23:59:59" in UTC.
std::string show(Time);

/// Same type and same content; an unknown anywhere makes the answer unknown. Texts by bytes, floats exactly.
Value equal(const Value&, const Value&);

/// Negative, zero, positive, for two ints, floats, texts, durations or times, none of them unknown.
int order(const Value&, const Value&);

/// Of two values the unknown one that decides; one at least is unknown. What is not simulated gives way to every other cause: only a
/// value that is unknown for no other reason may be passed over.
const Value& unknown_of(const Value& left, const Value& right);
/// The same of many; null where none is unknown.
const Value* unknown_among(const std::vector<Value>&);
/// What a verb that asks a machine or acts is given: a list of which an element is unknown is unknown as a whole, for nobody could send it.
Value as_argument(Value);

// Kleene's logic over true, false and unknown.
Value logical_not(const Value&);
Value logical_and(const Value&, const Value&);
Value logical_or(const Value&, const Value&);

}  // namespace lang
