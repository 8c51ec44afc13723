/*
 * Stands in for NVIDIA's libnvidia-ml: plays a script of power over time on made-up cards. Tests compile it, load it in place of the
 * driver's library, and write the script through the functions that begin with stub_. Without a script: one card at 70 W, on the
 * machine's own clock. Names, numbers and struct layouts are those of NVIDIA's public nvml.h (API 13).
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { SUCCESS, UNINITIALIZED, INVALID_ARGUMENT, NOT_SUPPORTED, NO_PERMISSION, NOT_FOUND = 6, INSUFFICIENT_SIZE = 7 };
enum { MAX_CARDS = 4, MAX_SEGMENTS = 8192, MAX_FAILURES = 32, MAX_SAMPLES = 64 };

typedef struct { double from, to, watts; } Segment;
typedef struct { unsigned pid; unsigned long long timestamp; unsigned sm, mem, enc, dec; } ProcessSample;
typedef struct { unsigned field, scope; long long timestamp, latency; unsigned type; int status; union { double d; unsigned ui; unsigned long long ull; } value; } FieldValue;
typedef struct { char legacy[16]; unsigned domain, bus, device, ids, subsystem; char id[32]; } PciInfo;
typedef struct { char function[64]; int card, status; } Failure;

typedef struct {
    char uuid[96], name[96];
    unsigned bus, mig;
    int major, minor;
    double idle;
    double shown;                  /* by the power reading, whatever is drawn; 0 is the truth */
    Segment segments[MAX_SEGMENTS];
    int count, current;            /* segments before current are over */
    double period, jitter;         /* of the counter's steps, s */
    double step_at, joules;        /* last step, and the energy up to it */
    double wrap, zero;             /* the counter shows (joules - zero) modulo wrap; 0 is none */
    ProcessSample samples[MAX_SAMPLES];
    int sample_count;
    unsigned long long free_memory; /* bytes; 0: the driver does not tell */
} Card;

static Card cards[MAX_CARDS];
static int card_count, initialized, simulated;
static double now_s;
static uint64_t seed = 1;
static long calls;
static Failure failures[MAX_FAILURES];
static int failure_count;

static double clock_now(void)
{
    if (simulated) return now_s;
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

static double uniform(void)
{
    seed = seed * 6364136223846793005ull + 1442695040888963407ull;
    return (double)(seed >> 11) / 9007199254740992.0;
}

int stub_card(const char *uuid, const char *name, unsigned bus)
{
    Card *card = &cards[card_count];
    memset(card, 0, sizeof *card);
    snprintf(card->uuid, sizeof card->uuid, "%s", uuid);
    snprintf(card->name, sizeof card->name, "%s", name);
    card->bus = bus;
    card->idle = 70;
    card->period = 0.1;
    card->major = 8; card->minor = 6;
    card->step_at = clock_now();
    card->joules = 1000;
    return card_count++;
}

void stub_clock(double seconds) { simulated = 1; now_s = seconds; }
void stub_idle(int card, double watts) { cards[card].idle = watts; }
void stub_counter(int card, double period, double jitter) { cards[card].period = period; cards[card].jitter = jitter; }
void stub_wrap(int card, double joules) { cards[card].wrap = joules; }
void stub_mig(int card, unsigned mode) { cards[card].mig = mode; }
void stub_capability(int card, int major, int minor) { cards[card].major = major; cards[card].minor = minor; }
void stub_misread(int card, double watts) { cards[card].shown = watts; }
void stub_memory(int card, unsigned long long free_bytes) { cards[card].free_memory = free_bytes; }
void stub_forget(void) { initialized = 0; }
long stub_calls(void) { return calls; }

/* From one moment to another the card draws this much; in order, without overlap. */
void stub_power(int index, double from, double to, double watts)
{
    Card *card = &cards[index];
    if (card->count == MAX_SEGMENTS) {
        memmove(card->segments, card->segments + card->current, (card->count - card->current) * sizeof(Segment));
        card->count -= card->current;
        card->current = 0;
    }
    card->segments[card->count++] = (Segment){ from, to, watts };
}

void stub_process(int index, unsigned pid, unsigned long long timestamp, unsigned utilization)
{
    Card *card = &cards[index];
    card->samples[card->sample_count++] = (ProcessSample){ pid, timestamp, utilization, 0, 0, 0 };
}

/* A function answers with an error from here on; 0 lets it work again. "*" is every function that takes a card. */
void stub_fail(const char *function, int card, int status)
{
    for (int i = 0; i < failure_count; i++) {
        if (failures[i].card == card && !strcmp(failures[i].function, function)) { failures[i].status = status; return; }
    }
    snprintf(failures[failure_count].function, sizeof failures[0].function, "%s", function);
    failures[failure_count].card = card;
    failures[failure_count++].status = status;
}

static int fails(const char *function, int card)
{
    calls++;
    for (int i = 0; i < failure_count; i++) {
        Failure *failure = &failures[i];
        if (failure->status && failure->card == card && (!strcmp(failure->function, function) || (card >= 0 && !strcmp(failure->function, "*")))) return failure->status;
    }
    return initialized ? SUCCESS : UNINITIALIZED;
}

static double energy(const Card *card, int first, double from, double to)
{
    double joules = card->idle * (to - from);
    for (int i = first; i < card->count && card->segments[i].from < to; i++) {
        double start = card->segments[i].from > from ? card->segments[i].from : from;
        double end = card->segments[i].to < to ? card->segments[i].to : to;
        if (end > start) joules += (card->segments[i].watts - card->idle) * (end - start);
    }
    return joules;
}

static double power(const Card *card, double at)
{
    if (card->shown > 0) return card->shown;
    for (int i = card->current; i < card->count && card->segments[i].from <= at; i++) {
        if (at < card->segments[i].to) return card->segments[i].watts;
    }
    return card->idle;
}

static void run(Card *card)
{
    for (double now = clock_now();;) {
        double next = card->step_at + card->period * (1 + card->jitter * (2 * uniform() - 1));
        if (next > now) break;
        card->joules += energy(card, card->current, card->step_at, next);
        card->step_at = next;
        while (card->current < card->count && card->segments[card->current].to < next - 1) card->current++;
    }
}

/* The driver was loaded anew. */
void stub_reset(int index)
{
    run(&cards[index]);
    cards[index].zero = cards[index].joules;
}

#define CARD(function, device) \
    int index = (int)(intptr_t)(device) - 1; \
    if (index < 0 || index >= card_count) return INVALID_ARGUMENT; \
    int status = fails(function, index); \
    if (status) return status; \
    Card *card = &cards[index]; (void)card

int nvmlInit_v2(void)
{
    int status = 0;
    for (int i = 0; i < failure_count; i++) if (!strcmp(failures[i].function, "nvmlInit_v2")) status = failures[i].status;
    if (status) return status;
    if (!card_count) stub_card("GPU-00000000-0000-0000-0000-000000000000", "Stub 70", 1);
    initialized = 1;
    return SUCCESS;
}

int nvmlShutdown(void) { initialized = 0; return SUCCESS; }

int nvmlDeviceGetCount_v2(unsigned *count)
{
    int status = fails("nvmlDeviceGetCount_v2", -1);
    *count = card_count;
    return status;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned number, void **device)
{
    CARD("nvmlDeviceGetHandleByIndex_v2", (intptr_t)number + 1);
    *device = (void *)((intptr_t)number + 1);
    return SUCCESS;
}

int nvmlDeviceGetHandleByUUID(const char *uuid, void **device)
{
    for (int i = 0; i < card_count; i++) {
        if (strcmp(cards[i].uuid, uuid)) continue;
        int status = fails("nvmlDeviceGetHandleByUUID", i);
        if (status) return status;
        *device = (void *)((intptr_t)i + 1);
        return SUCCESS;
    }
    return NOT_FOUND;
}

int nvmlDeviceGetHandleByPciBusId_v2(const char *id, void **device)
{
    unsigned domain, bus, slot;
    if (sscanf(id, "%x:%x:%x", &domain, &bus, &slot) != 3) return INVALID_ARGUMENT;
    for (int i = 0; i < card_count; i++) {
        if (cards[i].bus != bus) continue;
        *device = (void *)((intptr_t)i + 1);
        return SUCCESS;
    }
    return NOT_FOUND;
}

int nvmlDeviceGetName(void *device, char *name, unsigned length)
{
    CARD("nvmlDeviceGetName", device);
    snprintf(name, length, "%s", card->name);
    return SUCCESS;
}

int nvmlDeviceGetUUID(void *device, char *uuid, unsigned length)
{
    CARD("nvmlDeviceGetUUID", device);
    snprintf(uuid, length, "%s", card->uuid);
    return SUCCESS;
}

int nvmlDeviceGetPciInfo_v3(void *device, PciInfo *pci)
{
    CARD("nvmlDeviceGetPciInfo_v3", device);
    memset(pci, 0, sizeof *pci);
    pci->bus = card->bus;
    snprintf(pci->id, sizeof pci->id, "00000000:%02X:00.0", card->bus);
    return SUCCESS;
}

int nvmlDeviceGetPowerUsage(void *device, unsigned *milliwatts)
{
    CARD("nvmlDeviceGetPowerUsage", device);
    double now = clock_now();
    int averages = card->major > 8 || (card->major == 8 && card->minor > 0);
    *milliwatts = 1000 * (averages ? energy(card, 0, now - 1, now) : power(card, now));
    return SUCCESS;
}

int nvmlDeviceGetEnforcedPowerLimit(void *device, unsigned *milliwatts)
{
    CARD("nvmlDeviceGetEnforcedPowerLimit", device);
    *milliwatts = 300000;
    return SUCCESS;
}

int nvmlDeviceGetTotalEnergyConsumption(void *device, unsigned long long *millijoules)
{
    CARD("nvmlDeviceGetTotalEnergyConsumption", device);
    run(card);
    double joules = card->joules - card->zero;
    while (card->wrap > 0 && joules >= card->wrap) joules -= card->wrap;
    *millijoules = joules * 1000;
    return SUCCESS;
}

int nvmlDeviceGetFieldValues(void *device, int count, FieldValue *values)
{
    CARD("nvmlDeviceGetFieldValues", device);
    for (int i = 0; i < count; i++) {
        int inner = values[i].field == 186 ? fails("field 186", index) : NOT_SUPPORTED;
        values[i].status = inner;
        values[i].type = 1;
        values[i].value.ui = inner ? 0 : (unsigned)(1000 * power(card, clock_now()));
    }
    return SUCCESS;
}

int nvmlDeviceGetMigMode(void *device, unsigned *current, unsigned *pending)
{
    CARD("nvmlDeviceGetMigMode", device);
    *current = *pending = card->mig;
    return SUCCESS;
}

int nvmlDeviceGetCudaComputeCapability(void *device, int *major, int *minor)
{
    CARD("nvmlDeviceGetCudaComputeCapability", device);
    *major = card->major;
    *minor = card->minor;
    return SUCCESS;
}

int nvmlDeviceGetProcessUtilization(void *device, ProcessSample *samples, unsigned *count, unsigned long long after)
{
    CARD("nvmlDeviceGetProcessUtilization", device);
    unsigned found = 0;
    for (int i = 0; i < card->sample_count && found < *count; i++) {
        if (card->samples[i].timestamp > after) samples[found++] = card->samples[i];
    }
    *count = found;
    return found ? SUCCESS : NOT_FOUND;
}

int nvmlDeviceGetMemoryInfo(void *device, unsigned long long *total_free_used)
{
    CARD("nvmlDeviceGetMemoryInfo", device);
    if (!card->free_memory) return NOT_SUPPORTED;
    total_free_used[0] = 8ull << 30;
    total_free_used[1] = card->free_memory;
    total_free_used[2] = total_free_used[0] - card->free_memory;
    return SUCCESS;
}
