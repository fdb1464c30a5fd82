// A checksum against damage, not against forgery. Four lanes of 64 bits each take every fourth word by an exclusive or and
// a multiplication with an odd number, both of which can be undone: a change of one word always shows.
#include <string.h>

#include "kernels.h"

uint64_t kn_checksum(const void *bytes, size_t count) {
  const uint64_t odd = 0x9e3779b97f4a7c15;
  uint64_t lanes[4] = {count, 1, 2, 3}, words[4];
  const char *from = bytes;
  for (; count >= sizeof words; count -= sizeof words, from += sizeof words) {
    memcpy(words, from, sizeof words);
    for (int i = 0; i < 4; i++) lanes[i] = (lanes[i] ^ words[i]) * odd;
  }
  memset(words, 0, sizeof words);
  if (count > 0) memcpy(words, from, count);
  uint64_t sum = 0;
  for (int i = 0; i < 4; i++) {
    lanes[i] = (lanes[i] ^ words[i]) * odd;
    sum = (sum ^ lanes[i] ^ lanes[i] >> 32) * odd;
  }
  return sum;
}
