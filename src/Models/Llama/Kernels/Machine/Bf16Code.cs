using System.Runtime.Intrinsics.X86;

namespace Seal.Models.Llama.Kernels.Machine;

/// <summary>
/// The inner loops of bf16 matrix products as machine code. All add up pairs of products over ascending k in one chain of fp32 sums per element
/// (vdpbf16ps), beginning with what stands in C: so an element's bits depend neither on the loop that computed it nor on how k was cut.
/// </summary>
internal static unsafe class Bf16Code
{
    /// <summary>Rows of the broadcast operand in a tile.</summary>
    public const int Rows = 12;

    /// <summary>Columns of the vector operand in a <see cref="Tile"/>.</summary>
    public const int Columns = 32;

    /// <summary>Texts in a <see cref="Stream"/>.</summary>
    public const int Lanes = 16;

    /// <summary>Rows of the matrix in <see cref="Line"/>.</summary>
    public const int LineRows = 16;

    /// <summary>The most texts of <see cref="Line"/>.</summary>
    public const int MostLines = 4;

    /// <summary>Depth of both operands is a multiple of this, in elements.</summary>
    public const int DepthStep = 32;

    private const int TileUnroll = 4;
    private const int StreamUnroll = 16;

    static Bf16Code()
    {
        if (!HasInstruction)
        {
            return;
        }

        Tile = (delegate* unmanaged<float*, nint, ushort*, ushort*, nint, nint, void>)CodeMemory.Place(EmitTile());
        Stream = (delegate* unmanaged<float*, nint, ushort*, ushort*, nint, nint, void>)CodeMemory.Place(EmitStream());
        for (var texts = 1; texts <= MostLines; texts++)
        {
            Lines[texts] = (nint)CodeMemory.Place(EmitLines(texts));
        }

        IsThere = Tile is not null && Stream is not null && Array.TrueForAll(Lines[1..], code => code != 0);
    }

    /// <summary>True where the processor has the instruction, our kernels are on and the system runs what we write.</summary>
    public static bool IsThere { get; }

    /// <summary>
    /// C [12, 32] += A B over some depth. Arguments: C; its row stride in bytes; A packed [depth / 2, 12, 2]; B packed [depth / 2, 32, 2]; depth /
    /// 8; 0 to begin with zeros in place of what stands in C.
    /// </summary>
    public static delegate* unmanaged<float*, nint, ushort*, ushort*, nint, nint, void> Tile { get; }

    /// <summary>
    /// C [12, 16] = W Xᵀ for rows of W as they lie in memory, read once: for few texts. Arguments: C (rows 64 bytes apart); the row stride of W in
    /// bytes; the first of 12 rows of W; X packed [depth / 2, 16, 2]; depth / 32; bytes from the first row to what will be wanted next.
    /// </summary>
    public static delegate* unmanaged<float*, nint, ushort*, ushort*, nint, nint, void> Stream { get; }

    /// <summary>
    /// C [texts, 16] = X Wᵀ for one to four texts and sixteen rows of W as they lie in memory, which are turned on the way: <see cref="Stream"/>
    /// takes as long for one text as for sixteen. Arguments: C; the row stride of W in bytes; the first row of W; X packed [depth / 32, texts, 16,
    /// 2]; depth / 32; bytes from the first row to what will be wanted next.
    /// </summary>
    public static delegate* unmanaged<float*, nint, ushort*, ushort*, nint, nint, void> Line(int texts) =>
        (delegate* unmanaged<float*, nint, ushort*, ushort*, nint, nint, void>)Lines[texts];

    private static nint[] Lines { get; } = new nint[MostLines + 1];

    // CPUID leaf 7, subleaf 1, EAX bit 5.
    private static bool HasInstruction =>
        InstructionSet.HasKernels
        && X86Base.IsSupported
        && X86Base.CpuId(0, 0).Eax >= 7
        && X86Base.CpuId(7, 0).Eax >= 1
        && (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0;

    // Arguments come in rdi, rsi, rdx, rcx, r8, r9.
    private static byte[] EmitTile()
    {
        const int B0 = 24,
            B1 = 25,
            A = 26; // zmm0 to zmm23 hold the tile
        var code = new Assembler();
        int zeros = code.Label(),
            start = code.Label(),
            loop = code.Label();
        code.Test(Register.R9, Register.R9);
        code.JumpIfZero(zeros);
        code.Move(Register.Rax, Register.Rdi);
        for (var i = 0; i < Rows; i++)
        {
            code.Load(2 * i, Register.Rax, 0);
            code.Load(2 * i + 1, Register.Rax, 64);
            code.Add(Register.Rax, Register.Rsi);
        }

        code.Jump(start);
        code.Mark(zeros);
        for (var i = 0; i < 2 * Rows; i++)
        {
            code.Clear(i);
        }

        code.Mark(start);
        code.Mark(loop);
        for (var u = 0; u < TileUnroll; u++)
        {
            code.Load(B0, Register.Rcx, 128 * u);
            code.Load(B1, Register.Rcx, 128 * u + 64);
            for (var i = 0; i < Rows; i++)
            {
                var a = A + i % 4;
                code.Broadcast(a, Register.Rdx, 4 * (Rows * u + i));
                code.Dot(2 * i, B0, a);
                code.Dot(2 * i + 1, B1, a);
            }
        }

        code.Add(Register.Rdx, 4 * Rows * TileUnroll);
        code.Add(Register.Rcx, 128 * TileUnroll);
        code.Decrement(Register.R8);
        code.JumpIfNotZero(loop);
        for (var i = 0; i < Rows; i++)
        {
            code.Store(Register.Rdi, 0, 2 * i);
            code.Store(Register.Rdi, 64, 2 * i + 1);
            code.Add(Register.Rdi, Register.Rsi);
        }

        code.Return();
        return code.ToArray();
    }

    private static byte[] EmitLines(int texts)
    {
        const int Part = 16,
            Sum = 24; // zmm0 to zmm15 hold a block of 16 rows and 16 pairs, zmm16 to zmm23 what it is turned by
        Register[] bases = [Register.Rdx, Register.R10, Register.R11, Register.Rax, Register.Rbx, Register.R14]; // rows 0, 3, 6, 9, 12, 15
        var code = new Assembler();
        code.Push(Register.Rbx);
        code.Push(Register.R14);
        code.Add(Register.R9, Register.Rdx);
        Spread(code, bases);
        for (var t = 0; t < texts; t++)
        {
            code.Clear(Sum + t);
        }

        var loop = code.Label();
        code.Mark(loop);
        for (var quarter = 0; quarter < 4; quarter++)
        {
            for (var i = 0; i < 4; i++)
            {
                var row = 4 * quarter + i;
                code.Load(Part + i, bases[row / 3], row % 3 == 0 ? null : Register.Rsi, row % 3);
                code.Prefetch(Register.R9, 64 * row);
            }

            for (var i = 0; i < 4; i++)
            {
                code.UnpackWords(Part + 4 + i, Part + i / 2 * 2, Part + i / 2 * 2 + 1, high: i % 2 == 1);
            }

            // Pairs i, 4 + i, 8 + i, 12 + i of four rows.
            for (var i = 0; i < 4; i++)
            {
                code.UnpackPairs(4 * quarter + i, Part + 4 + i / 2, Part + 6 + i / 2, high: i % 2 == 1);
            }
        }

        for (var i = 0; i < 4; i++)
        {
            for (var half = 0; half < 2; half++)
            {
                code.Lanes(Part + 2 * half, 8 * half + i, 8 * half + 4 + i, odd: false);
                code.Lanes(Part + 2 * half + 1, 8 * half + i, 8 * half + 4 + i, odd: true);
            }

            for (var lane = 0; lane < 4; lane++)
            {
                code.Lanes(4 * lane + i, Part + lane % 2, Part + 2 + lane % 2, odd: lane >= 2);
            }
        }

        for (var pair = 0; pair < 16; pair++)
        {
            for (var t = 0; t < texts; t++)
            {
                code.DotBroadcast(Sum + t, pair, Register.Rcx, null, 0, 64 * t + 4 * pair);
            }
        }

        Next(code, loop, bases, LineRows, texts);
        for (var t = 0; t < texts; t++)
        {
            code.Store(Register.Rdi, 64 * t, Sum + t);
        }

        code.Pop(Register.R14);
        code.Pop(Register.Rbx);
        code.Return();
        return code.ToArray();
    }

    /// <summary>Each base three rows behind the one before.</summary>
    private static void Spread(Assembler code, Register[] bases)
    {
        for (var b = 1; b < bases.Length; b++)
        {
            code.Move(bases[b], bases[b - 1]);
            code.Add(bases[b], Register.Rsi);
            code.Add(bases[b], Register.Rsi);
            code.Add(bases[b], Register.Rsi);
        }
    }

    /// <summary>On to the next 64 bytes of every row, the lines to fetch of the rows to come, and so many vectors of X.</summary>
    private static void Next(Assembler code, int loop, Register[] bases, int rows, int vectors)
    {
        foreach (var row in bases)
        {
            code.Add(row, 64);
        }

        code.Add(Register.R9, 64 * rows);
        code.Add(Register.Rcx, 64 * vectors);
        code.Decrement(Register.R8);
        code.JumpIfNotZero(loop);
    }

    private static byte[] EmitStream()
    {
        const int X = 24;
        Register[] bases = [Register.Rdx, Register.R10, Register.R11, Register.Rax]; // rows 0, 3, 6, 9
        var code = new Assembler();
        code.Add(Register.R9, Register.Rdx);
        Spread(code, bases);
        for (var i = 0; i < Rows; i++)
        {
            code.Clear(i);
        }

        var loop = code.Label();
        code.Mark(loop);
        for (var u = 0; u < StreamUnroll; u++)
        {
            var x = X + u % 4;
            code.Load(x, Register.Rcx, 64 * u);
            for (var i = 0; i < Rows; i++)
            {
                code.DotBroadcast(i, x, bases[i / 3], i % 3 == 0 ? null : Register.Rsi, i % 3, 4 * u);
            }

            if (u < Rows)
            {
                code.Prefetch(Register.R9, 64 * u);
            }
        }

        Next(code, loop, bases, Rows, StreamUnroll);
        for (var i = 0; i < Rows; i++)
        {
            code.Store(Register.Rdi, 64 * i, i);
        }

        code.Return();
        return code.ToArray();
    }
}
