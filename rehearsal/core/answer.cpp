#include "rehearsal/core/answer.hpp"
