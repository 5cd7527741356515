namespace Seal.Core.Randomness;

/// <summary>
/// Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011): the n-th number is a pure function of key and
/// counter, the same on every machine. Not thread-safe; make one per purpose from a <see cref="Seed"/>.
/// </summary>
public sealed class CounterRandom
{
    private readonly uint _key0;
    private readonly uint _key1;
    private ulong _counter;
    private uint _r0,
        _r1,
        _r2,
        _r3;
    private int _used = 4;

    public CounterRandom(Seed seed)
    {
        _key0 = (uint)seed.Value;
        _key1 = (uint)(seed.Value >> 32);
    }

    /// <summary>Uniform over all 32-bit values.</summary>
    public uint NextUInt32()
    {
        if (_used == 4)
        {
            (_r0, _r1, _r2, _r3) = Block(_counter++, 0, _key0, _key1);
            _used = 0;
        }

        return _used++ switch
        {
            0 => _r0,
            1 => _r1,
            2 => _r2,
            _ => _r3,
        };
    }

    /// <summary>Uniform over all 64-bit values.</summary>
    public ulong NextUInt64() => ((ulong)NextUInt32() << 32) | NextUInt32();

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [0, <paramref name="exclusiveMax"/>), without modulo bias (Lemire 2019).</summary>
    /// <exception cref="ArgumentOutOfRangeException">exclusiveMax is not positive.</exception>
    public int NextInt(int exclusiveMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exclusiveMax);
        var range = (uint)exclusiveMax;
        var threshold = (uint)(-(int)range) % range;
        while (true)
        {
            var product = (ulong)NextUInt32() * range;
            if ((uint)product >= threshold)
            {
                return (int)(product >> 32);
            }
        }
    }

    /// <summary>Uniform in [<paramref name="inclusiveMin"/>, <paramref name="exclusiveMax"/>).</summary>
    public int NextInt(int inclusiveMin, int exclusiveMax) => inclusiveMin + NextInt(exclusiveMax - inclusiveMin);

    /// <summary>True with probability <paramref name="probability"/>.</summary>
    public bool NextBool(double probability = 0.5) => NextDouble() < probability;

    /// <summary>Standard normal (Box–Muller; the second value of a pair is not kept, so draws stay independent of call order).</summary>
    public double NextGaussian()
    {
        var radius = Math.Sqrt(-2.0 * Math.Log(1.0 - NextDouble()));
        return radius * Math.Cos(2.0 * Math.PI * NextDouble());
    }

    /// <summary>Fisher–Yates shuffle in place.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>A uniformly drawn permutation of 0 … <paramref name="count"/> − 1.</summary>
    public int[] NextPermutation(int count)
    {
        var permutation = new int[count];
        for (var i = 0; i < count; i++)
        {
            permutation[i] = i;
        }

        Shuffle<int>(permutation);
        return permutation;
    }

    /// <summary>One Philox4x32-10 block for the 128-bit counter (high, low).</summary>
    internal static (uint R0, uint R1, uint R2, uint R3) Block(ulong low, ulong high, uint key0, uint key1)
    {
        uint c0 = (uint)low,
            c1 = (uint)(low >> 32),
            c2 = (uint)high,
            c3 = (uint)(high >> 32);
        for (var round = 0; round < 10; round++)
        {
            var p0 = 0xD2511F53UL * c0;
            var p1 = 0xCD9E8D57UL * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ key0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ key1, (uint)p0);
            key0 += 0x9E3779B9;
            key1 += 0xBB67AE85;
        }

        return (c0, c1, c2, c3);
    }
}
