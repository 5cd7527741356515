namespace Seal.Models.Llama.Kernels.Machine;

/// <summary>General registers, numbered as the encoding does. The two that want a special form as a base (rsp, r12) are left out. A callee must
/// keep rbx and r14.</summary>
internal enum Register
{
    Rax = 0,
    Rcx = 1,
    Rdx = 2,
    Rbx = 3,
    Rsi = 6,
    Rdi = 7,
    R8 = 8,
    R9 = 9,
    R10 = 10,
    R11 = 11,
    R14 = 14,
}

/// <summary>
/// The dozen x64 instructions that the bf16 kernels are made of, encoded by hand: .NET 10 has no intrinsic for AVX-512 BF16. Vector registers are
/// zmm0 to zmm31, by number. Encodings are those of the Intel 64 manual, volume 2 (EVEX in 2.7).
/// </summary>
internal sealed class Assembler
{
    private const int FullVector = 64;
    private const int OneFloat = 4;

    private readonly List<byte> _code = [];
    private readonly List<(int At, int Label)> _jumps = [];
    private readonly List<int> _labels = [];

    /// <summary>The code, with all jumps resolved.</summary>
    public byte[] ToArray()
    {
        byte[] code = [.. _code];
        foreach (var (at, label) in _jumps)
        {
            BitConverter.TryWriteBytes(code.AsSpan(at, 4), _labels[label] - (at + 4));
        }

        return code;
    }

    /// <summary>A place that jumps may name before it is known.</summary>
    public int Label()
    {
        _labels.Add(-1);
        return _labels.Count - 1;
    }

    public void Mark(int label) => _labels[label] = _code.Count;

    /// <summary>vmovups zmm, [base + offset]</summary>
    public void Load(int vector, Register from, int offset) => Evex(0x10, map: 1, prefix: 0, vector, 0, from, offset, FullVector);

    /// <summary>vmovups zmm, [base + index · 1 or 2]</summary>
    public void Load(int vector, Register from, Register? index, int scale) =>
        Evex(0x10, map: 1, prefix: 0, vector, 0, from, 0, FullVector, broadcast: false, index, scale);

    /// <summary>vmovups [base + offset], zmm</summary>
    public void Store(Register to, int offset, int vector) => Evex(0x11, map: 1, prefix: 0, vector, 0, to, offset, FullVector);

    /// <summary>vbroadcastss zmm, [base + offset]</summary>
    public void Broadcast(int vector, Register from, int offset) => Evex(0x18, map: 2, prefix: 1, vector, 0, from, offset, OneFloat);

    /// <summary>vdpbf16ps zmm, zmm, zmm: each float of the first gains the dot product of the pairs of the others.</summary>
    public void Dot(int sum, int left, int right) => Registers(0x52, map: 2, prefix: 2, sum, left, right);

    /// <summary>vdpbf16ps zmm, zmm, [base + index · 1 or 2 + offset] broadcast to all lanes.</summary>
    public void DotBroadcast(int sum, int left, Register from, Register? index, int scale, int offset) =>
        Evex(0x52, map: 2, prefix: 2, sum, left, from, offset, OneFloat, broadcast: true, index, scale);

    /// <summary>vpxord zmm, zmm, zmm</summary>
    public void Clear(int vector) => Registers(0xEF, map: 1, prefix: 1, vector, vector, vector);

    /// <summary>vpunpckldq or vpunpckhdq zmm, zmm, zmm: words of two vectors side by side, within each 128-bit lane.</summary>
    public void UnpackWords(int to, int left, int right, bool high) => Registers((byte)(high ? 0x6A : 0x62), map: 1, prefix: 1, to, left, right);

    /// <summary>vpunpcklqdq or vpunpckhqdq zmm, zmm, zmm: the same of pairs of words.</summary>
    public void UnpackPairs(int to, int left, int right, bool high) =>
        Registers((byte)(high ? 0x6D : 0x6C), map: 1, prefix: 1, to, left, right, wide: true);

    /// <summary>vshufi32x4 zmm, zmm, zmm: two 128-bit lanes of each vector: the even or the odd ones.</summary>
    public void Lanes(int to, int left, int right, bool odd)
    {
        Registers(0x43, map: 3, prefix: 1, to, left, right);
        _code.Add((byte)(odd ? 0xDD : 0x88));
    }

    /// <summary>prefetcht1 [base + offset]</summary>
    public void Prefetch(Register from, int offset)
    {
        if ((int)from >= 8)
        {
            _code.Add(0x41);
        }

        _code.AddRange([0x0F, 0x18, (byte)(0x80 | (2 << 3) | ((int)from & 7))]);
        _code.AddRange(BitConverter.GetBytes(offset));
    }

    public void Push(Register register) => _code.AddRange([(byte)((int)register >= 8 ? 0x41 : 0x40), (byte)(0x50 | ((int)register & 7))]);

    public void Pop(Register register) => _code.AddRange([(byte)((int)register >= 8 ? 0x41 : 0x40), (byte)(0x58 | ((int)register & 7))]);

    public void Move(Register to, Register from) => TwoRegisters(0x89, to, from);

    public void Add(Register to, Register from) => TwoRegisters(0x01, to, from);

    public void Test(Register one, Register other) => TwoRegisters(0x85, one, other);

    /// <summary>add register, constant</summary>
    public void Add(Register to, int value)
    {
        _code.AddRange([(byte)((int)to >= 8 ? 0x49 : 0x48), 0x81, (byte)(0xC0 | ((int)to & 7))]);
        _code.AddRange(BitConverter.GetBytes(value));
    }

    public void Decrement(Register register) => _code.AddRange([(byte)((int)register >= 8 ? 0x49 : 0x48), 0xFF, (byte)(0xC8 | ((int)register & 7))]);

    public void JumpIfZero(int label) => Jump(label, 0x0F, 0x84);

    public void JumpIfNotZero(int label) => Jump(label, 0x0F, 0x85);

    public void Jump(int label) => Jump(label, 0xE9);

    /// <summary>vzeroupper, ret</summary>
    public void Return() => _code.AddRange([0xC5, 0xF8, 0x77, 0xC3]);

    private void Jump(int label, params byte[] operation)
    {
        _code.AddRange(operation);
        _jumps.Add((_code.Count, label));
        _code.AddRange([0, 0, 0, 0]);
    }

    private void TwoRegisters(byte operation, Register to, Register from)
    {
        _code.Add((byte)(0x48 | ((int)from >= 8 ? 4 : 0) | ((int)to >= 8 ? 1 : 0)));
        _code.Add(operation);
        _code.Add((byte)(0xC0 | (((int)from & 7) << 3) | ((int)to & 7)));
    }

    private void Registers(byte operation, int map, int prefix, int vector, int source, int right, bool wide = false)
    {
        EvexPrefix(map, prefix, vector, source, (right & 16) != 0, (right & 8) != 0, broadcast: false, wide);
        _code.Add(operation);
        _code.Add((byte)(0xC0 | ((vector & 7) << 3) | (right & 7)));
    }

    private void Evex(
        byte operation,
        int map,
        int prefix,
        int vector,
        int source,
        Register memory,
        int offset,
        int unit,
        bool broadcast = false,
        Register? index = null,
        int scale = 1
    )
    {
        EvexPrefix(map, prefix, vector, source, index is { } i && (int)i >= 8, (int)memory >= 8, broadcast);
        _code.Add(operation);
        var isShort = offset % unit == 0 && offset / unit is >= sbyte.MinValue and <= sbyte.MaxValue;
        var mode = isShort ? 0x40 : 0x80;
        if (index is { } register)
        {
            _code.Add((byte)(mode | ((vector & 7) << 3) | 4));
            _code.Add((byte)((scale == 2 ? 0x40 : 0) | (((int)register & 7) << 3) | ((int)memory & 7)));
        }
        else
        {
            _code.Add((byte)(mode | ((vector & 7) << 3) | ((int)memory & 7)));
        }

        if (isShort)
        {
            _code.Add((byte)(sbyte)(offset / unit));
        }
        else
        {
            _code.AddRange(BitConverter.GetBytes(offset));
        }
    }

    // Bits of register numbers stand inverted.
    private void EvexPrefix(int map, int prefix, int vector, int source, bool indexBit, bool baseBit, bool broadcast, bool wide = false)
    {
        _code.Add(0x62);
        _code.Add((byte)(((vector & 8) == 0 ? 0x80 : 0) | (indexBit ? 0 : 0x40) | (baseBit ? 0 : 0x20) | ((vector & 16) == 0 ? 0x10 : 0) | map));
        _code.Add((byte)((wide ? 0x80 : 0) | ((~source & 15) << 3) | 4 | prefix));
        _code.Add((byte)(0x40 | (broadcast ? 0x10 : 0) | ((source & 16) == 0 ? 8 : 0)));
    }
}
