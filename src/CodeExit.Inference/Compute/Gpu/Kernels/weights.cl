// Weights as the host packs them: rows padded with zeros to a multiple of 4 columns. Put before every other source.
// Contraction is off and every multiply-add is written out, so that each compiler adds in the order that stands here: a row of a batch
// gets the bits that it gets alone, which is what makes reuse of a prefix exact.
#pragma OPENCL FP_CONTRACT OFF

#define LANES 64

#ifdef WEIGHTS_BF16
typedef ushort weight;
// BF16 is the upper half of an F32.
static float weight_at(global const weight *row, int column) { return as_float((uint)row[column] << 16); }
static float4 weights_at(global const weight *row, int four) { return as_float4(convert_uint4(vload4(four, row)) << 16); }
#else
typedef float weight;
static float weight_at(global const weight *row, int column) { return row[column]; }
static float4 weights_at(global const weight *row, int four) { return vload4(four, row); }
#endif
