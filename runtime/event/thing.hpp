// What a run may leave behind, and what an action touches: things with an identity, by which they are found again. Their words are for the
// eye.
#pragma once

#include <string>
#include <tuple>
#include <vector>

namespace runtime::event {

/// Two readings are of the same thing where all of these are the same, whichever machine was asked.
struct Identity {
    std::string where;    ///< the host; of what all machines of a cluster tell alike, the cluster
    std::string module;   ///< "pcs"
    std::string residue;  ///< "location constraints"
    std::string item;     ///< what there is, by the module: "standby acd-store1". Empty: it could not be told

    friend bool operator==(const Identity& a, const Identity& b) { return a.fields() == b.fields(); }
    friend bool operator<(const Identity& a, const Identity& b) { return a.fields() < b.fields(); }

  private:
    std::tuple<const std::string&, const std::string&, const std::string&, const std::string&> fields() const {
        return {where, module, residue, item};
    }
};

/// As a residue tells it.
struct Item {
    std::string item;                ///< as in Identity
    std::vector<std::string> about;  ///< the machines and objects that it speaks of, by name: "acd-store1", "r0"
    std::string text;                ///< "acd-store1 is in standby"
};

struct Thing {
    Identity identity;
    std::vector<std::string> about;
    std::string text;
};

/// An object of a system on a host: "drbd", "r0"; "machine", "*" is the host itself.
struct Touched {
    std::string host, system, object;
};

}  // namespace runtime::event
