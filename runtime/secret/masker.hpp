// Takes the bytes of secrets out of texts that are told, kept or shown, in whatever shape a tool has printed them.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace runtime {

class Needles;

/// Callable from any branch.
///
/// A text is not searched for the shapes that a secret can take – there is no end of them – but read for what may stand in it, and each
/// reading is searched for the secret:
///
///  - as it stands, and with its escapes undone once and twice (escapes.hpp);
///  - each of these as text, as digits in hex (also with `:`, blanks, commas or `0x`), and as base64 from each of its four possible
///    beginnings, in either alphabet and on however many lines.
///
/// Upper and lower case are the same, and what folds and quotes – blanks, line ends, `+`, quotes, backslashes, NUL – is passed over.
///
/// Found is a secret of up to 16 bytes as a whole; of a longer one any 16 bytes in a row; a line of eight bytes or more of a secret of
/// several lines, and its first from four bytes on. Where a text was cut, which `…` tells, the beginning of a secret is found from four
/// bytes on: whoever cuts a text for people says so with `…`, and need not know the secrets. A secret of less than eight bytes is found
/// only without blanks in it: the digits in a table are no PIN.
///
/// A secret of less than four bytes stands in too many innocent words; it is not looked for, and `Secrets` does not take it.
class Masker {
  public:
    static constexpr std::size_t shortest = 4;

    /// From now on these bytes are `***` wherever they stand.
    void add(std::string_view secret);
    /// Its time grows with the text only, whatever stands in it and however many secrets there are.
    std::string mask(std::string text) const;

  private:
    mutable std::mutex mutex_;
    std::vector<std::string> secrets_;
    std::shared_ptr<const Needles> needles_;  ///< never changed once it is here: nobody waits while a text is searched
};

}  // namespace runtime
