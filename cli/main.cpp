#include <cstdio>

int main() {
    std::puts("procrun");
    return 0;
}
