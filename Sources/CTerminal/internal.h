// Shared by the files of this target.
#ifndef CT_INTERNAL_H
#define CT_INTERNAL_H

#include <stdbool.h>

// What the terminal was like before, and the bytes that make it so again. Set while no handler can run on them.
void ct_prepare_restore(void);
// From now on a crash or exit restores the terminal, or no longer.
void ct_arm_restore(bool armed);

#endif
