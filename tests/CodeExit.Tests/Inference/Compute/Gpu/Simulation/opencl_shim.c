/*
 * Stands between the backend and the system's OpenCL loader: forwards every call, pretends cards, fails calls when it is told to, and counts
 * what is held. Its state is a file that tests map (CODEEXIT_OPENCL_SHIM), so that they and all processes that load it see the same: cards
 * whose memory several processes share. Cards run on the loader's first device. Numbers are those of Khronos' public cl.h and cl_ext.h.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef void *Handle;
enum { NONE, LAUNCH, READ, FINISH, ALLOCATE, CONTEXT, BUILD, INFO };
enum { OUT_OF_MEMORY = -4, NOT_FOUND = -1, MAX_DEVICES = 4 };

/* OpenClShim.cs knows these places. */
typedef struct {
    int64_t fail_call, fail_status, fail_after, fail_times; /* the calls of a kind after so many fail, so often */
    int64_t cards, memory, largest, free_memory;            /* 0 of memory and largest: the device's own; of free_memory: the driver does not tell */
    int64_t bytes, peak, buffers, contexts, queues, kernels, programs;
    int64_t opened, launches;
    unsigned char uuid[16];
    int64_t bus;
    char name[64];
} State;

typedef struct { Handle real; int card; } Device; /* card is -1 for the device as it is */

static State *state;
static State own;
static void *loader;
static Device devices[MAX_DEVICES];
static int device_count;
static int lost; /* the status that everything answers until a new context is made */

__attribute__((constructor)) static void start(void)
{
    const char *path = getenv("CODEEXIT_OPENCL_SHIM");
    int file = path ? open(path, O_RDWR) : -1;
    state = file < 0 ? &own : mmap(0, sizeof(State), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (file >= 0) close(file);
    loader = dlopen("libOpenCL.so.1", RTLD_NOW | RTLD_LOCAL);
}

static void *real(const char *name) { return loader ? dlsym(loader, name) : 0; }

#define REAL(name, type, ...) static type (*call)(__VA_ARGS__); if (!call) call = real(#name)

static int64_t add(int64_t *number, int64_t by) { return __atomic_add_fetch(number, by, __ATOMIC_SEQ_CST); }

/* What this call is to answer in place of the driver; 0 lets it through. */
static int fails(int kind)
{
    if (lost && kind >= LAUNCH && kind <= FINISH) return lost;
    if (state->fail_call != kind || state->fail_times == 0) return 0;
    if (state->fail_after > 0) { add(&state->fail_after, -1); return 0; }
    add(&state->fail_times, -1);
    if (state->fail_status == 1) abort();
    if (kind <= FINISH) lost = (int)state->fail_status;
    return (int)state->fail_status;
}

static Device *wrapped(Handle device) { return (Device *)device; }

int clGetPlatformIDs(unsigned count, Handle *platforms, unsigned *available)
{
    REAL(clGetPlatformIDs, int, unsigned, Handle *, unsigned *);
    return call(count, platforms, available);
}

int clGetPlatformInfo(Handle platform, unsigned parameter, size_t size, void *value, size_t *needed)
{
    REAL(clGetPlatformInfo, int, Handle, unsigned, size_t, void *, size_t *);
    return call(platform, parameter, size, value, needed);
}

int clGetDeviceIDs(Handle platform, uint64_t kind, unsigned count, Handle *found, unsigned *available)
{
    REAL(clGetDeviceIDs, int, Handle, uint64_t, unsigned, Handle *, unsigned *);
    Handle first;
    int status = call(platform, kind, 1, &first, 0);
    if (status) return status;
    device_count = 0;
    devices[device_count++] = (Device){ first, -1 };
    for (int card = 0; card < state->cards && device_count < MAX_DEVICES; card++) devices[device_count++] = (Device){ first, card };
    if (available) *available = device_count;
    for (unsigned i = 0; found && i < count && i < (unsigned)device_count; i++) found[i] = &devices[i];
    return 0;
}

static int answer(const void *from, size_t length, size_t size, void *value, size_t *needed)
{
    if (needed) *needed = length;
    if (value) memcpy(value, from, length < size ? length : size);
    return 0;
}

static int text(const char *from, size_t size, void *value, size_t *needed) { return answer(from, strlen(from) + 1, size, value, needed); }

static int number(uint64_t from, size_t length, size_t size, void *value, size_t *needed) { return answer(&from, length, size, value, needed); }

int clGetDeviceInfo(Handle device, unsigned parameter, size_t size, void *value, size_t *needed)
{
    REAL(clGetDeviceInfo, int, Handle, unsigned, size_t, void *, size_t *);
    int card = wrapped(device)->card;
    Handle real_device = wrapped(device)->real;
    int status = fails(INFO);
    if (status) return status;
    if (card >= 0) {
        char extensions[8192];
        uint32_t pci[4] = { 0, (uint32_t)(state->bus + card), 0, 0 };
        uint64_t free_kib[2] = { state->free_memory / 1024, state->free_memory / 1024 };
        unsigned char uuid[16];
        char name[80];
        switch (parameter) {
        case 0x1000: return number(4, 8, size, value, needed);
        case 0x1035: return number(0, 4, size, value, needed);
        case 0x102B:
            snprintf(name, sizeof name, "%s %d", state->name, card);
            return text(name, size, value, needed);
        case 0x102C: return text("NVIDIA Corporation", size, value, needed);
        case 0x101F: if (state->memory) return number(state->memory, 8, size, value, needed); break;
        case 0x1010: if (state->largest) return number(state->largest, 8, size, value, needed); break;
        case 0x1030:
            if (call(real_device, parameter, sizeof extensions - 128, extensions, 0)) return -30;
            strcat(extensions, " cl_khr_device_uuid cl_khr_pci_bus_info");
            if (state->free_memory) strcat(extensions, " cl_amd_device_attribute_query");
            return text(extensions, size, value, needed);
        case 0x106A:
            memcpy(uuid, state->uuid, sizeof uuid);
            uuid[15] += card;
            return answer(uuid, sizeof uuid, size, value, needed);
        case 0x410F: return answer(pci, sizeof pci, size, value, needed);
        case 0x4039: return answer(free_kib, sizeof free_kib, size, value, needed);
        }
    }
    return call(real_device, parameter, size, value, needed);
}

Handle clCreateContext(const void *properties, unsigned count, const Handle *of, void *callback, void *data, int *status)
{
    REAL(clCreateContext, Handle, const void *, unsigned, const Handle *, void *, void *, int *);
    Handle device = wrapped(of[0])->real;
    *status = fails(CONTEXT);
    if (*status) return 0;
    Handle context = call(properties, 1, &device, callback, data, status);
    if (!context) return 0;
    lost = 0;
    add(&state->contexts, 1);
    add(&state->opened, 1);
    return context;
}

Handle clCreateCommandQueue(Handle context, Handle device, uint64_t properties, int *status)
{
    REAL(clCreateCommandQueue, Handle, Handle, Handle, uint64_t, int *);
    Handle queue = call(context, wrapped(device)->real, properties, status);
    if (queue) add(&state->queues, 1);
    return queue;
}

Handle clCreateBuffer(Handle context, uint64_t flags, size_t size, void *host, int *status)
{
    REAL(clCreateBuffer, Handle, Handle, uint64_t, size_t, void *, int *);
    *status = fails(ALLOCATE);
    if (*status) return 0;
    int64_t held = add(&state->bytes, size);
    if (state->memory && held > state->memory) {
        add(&state->bytes, -(int64_t)size);
        *status = OUT_OF_MEMORY;
        return 0;
    }
    Handle buffer = call(context, flags, size, host, status);
    if (!buffer) { add(&state->bytes, -(int64_t)size); return 0; }
    if (held > state->peak) state->peak = held;
    add(&state->buffers, 1);
    return buffer;
}

int clReleaseMemObject(Handle buffer)
{
    REAL(clReleaseMemObject, int, Handle);
    static int (*info)(Handle, unsigned, size_t, void *, size_t *);
    if (!info) info = real("clGetMemObjectInfo");
    size_t size = 0;
    info(buffer, 0x1102, sizeof size, &size, 0);
    add(&state->bytes, -(int64_t)size);
    add(&state->buffers, -1);
    return call(buffer);
}

int clReleaseContext(Handle context)
{
    REAL(clReleaseContext, int, Handle);
    add(&state->contexts, -1);
    return call(context);
}

int clReleaseCommandQueue(Handle queue)
{
    REAL(clReleaseCommandQueue, int, Handle);
    add(&state->queues, -1);
    return call(queue);
}

Handle clCreateProgramWithSource(Handle context, unsigned count, const char **sources, const size_t *lengths, int *status)
{
    REAL(clCreateProgramWithSource, Handle, Handle, unsigned, const char **, const size_t *, int *);
    Handle program = call(context, count, sources, lengths, status);
    if (program) add(&state->programs, 1);
    return program;
}

int clBuildProgram(Handle program, unsigned count, const Handle *of, const char *options, void *callback, void *data)
{
    REAL(clBuildProgram, int, Handle, unsigned, const Handle *, const char *, void *, void *);
    Handle device = wrapped(of[0])->real;
    int status = fails(BUILD);
    return status ? status : call(program, 1, &device, options, callback, data);
}

int clGetProgramBuildInfo(Handle program, Handle device, unsigned parameter, size_t size, void *value, size_t *needed)
{
    REAL(clGetProgramBuildInfo, int, Handle, Handle, unsigned, size_t, void *, size_t *);
    return call(program, wrapped(device)->real, parameter, size, value, needed);
}

int clReleaseProgram(Handle program)
{
    REAL(clReleaseProgram, int, Handle);
    add(&state->programs, -1);
    return call(program);
}

Handle clCreateKernel(Handle program, const char *name, int *status)
{
    REAL(clCreateKernel, Handle, Handle, const char *, int *);
    Handle kernel = call(program, name, status);
    if (kernel) add(&state->kernels, 1);
    return kernel;
}

int clReleaseKernel(Handle kernel)
{
    REAL(clReleaseKernel, int, Handle);
    add(&state->kernels, -1);
    return call(kernel);
}

int clSetKernelArg(Handle kernel, unsigned index, size_t size, const void *value)
{
    REAL(clSetKernelArg, int, Handle, unsigned, size_t, const void *);
    return call(kernel, index, size, value);
}

int clEnqueueNDRangeKernel(
    Handle queue, Handle kernel, unsigned dimensions, const size_t *offsets, const size_t *items, const size_t *group, unsigned waits, const void *wait_for, void *done)
{
    REAL(clEnqueueNDRangeKernel, int, Handle, Handle, unsigned, const size_t *, const size_t *, const size_t *, unsigned, const void *, void *);
    int status = fails(LAUNCH);
    if (status) return status;
    add(&state->launches, 1);
    return call(queue, kernel, dimensions, offsets, items, group, waits, wait_for, done);
}

int clEnqueueReadBuffer(Handle queue, Handle buffer, unsigned blocking, size_t offset, size_t size, void *to, unsigned waits, const void *wait_for, void *done)
{
    REAL(clEnqueueReadBuffer, int, Handle, Handle, unsigned, size_t, size_t, void *, unsigned, const void *, void *);
    int status = fails(READ);
    return status ? status : call(queue, buffer, blocking, offset, size, to, waits, wait_for, done);
}

int clEnqueueWriteBuffer(Handle queue, Handle buffer, unsigned blocking, size_t offset, size_t size, const void *from, unsigned waits, const void *wait_for, void *done)
{
    REAL(clEnqueueWriteBuffer, int, Handle, Handle, unsigned, size_t, size_t, const void *, unsigned, const void *, void *);
    return lost ? lost : call(queue, buffer, blocking, offset, size, from, waits, wait_for, done);
}

int clEnqueueFillBuffer(
    Handle queue, Handle buffer, const void *pattern, size_t pattern_size, size_t offset, size_t size, unsigned waits, const void *wait_for, void *done)
{
    REAL(clEnqueueFillBuffer, int, Handle, Handle, const void *, size_t, size_t, size_t, unsigned, const void *, void *);
    return call(queue, buffer, pattern, pattern_size, offset, size, waits, wait_for, done);
}

int clFlush(Handle queue)
{
    REAL(clFlush, int, Handle);
    return lost ? lost : call(queue);
}

int clFinish(Handle queue)
{
    REAL(clFinish, int, Handle);
    int status = fails(FINISH);
    return status ? status : call(queue);
}
