#include "rehearsal/answer.hpp"
