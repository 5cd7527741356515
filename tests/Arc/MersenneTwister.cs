namespace Seal.Arc.Tests;

/// <summary>
/// The generator behind numpy's RandomState (MT19937, Matsumoto and Nishimura 1998, with numpy's legacy way of drawing bounded integers),
/// to replay the draws of the reference where they do not depend on the order of its sets.
/// </summary>
internal sealed class MersenneTwister
{
    private const int N = 624;
    private const int M = 397;
    private readonly uint[] _state = new uint[N];
    private int _used = N;

    public MersenneTwister(uint seed)
    {
        _state[0] = seed;
        for (uint i = 1; i < N; i++)
        {
            var last = _state[i - 1];
            _state[i] = (1812433253 * (last ^ (last >> 30))) + i;
        }
    }

    /// <summary>Uniform in [0, <paramref name="exclusiveMax"/>) by masking and rejection; draws nothing where only 0 is possible.</summary>
    public int Next(int exclusiveMax)
    {
        var max = (uint)exclusiveMax - 1;
        if (max == 0)
        {
            return 0;
        }

        var mask = uint.MaxValue >> System.Numerics.BitOperations.LeadingZeroCount(max);
        while (true)
        {
            var value = NextUInt32() & mask;
            if (value <= max)
            {
                return (int)value;
            }
        }
    }

    public void Shuffle<T>(IList<T> items)
    {
        for (var i = items.Count - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    public int[] Permutation(int count)
    {
        var permutation = Enumerable.Range(0, count).ToArray();
        Shuffle(permutation);
        return permutation;
    }

    public double NextDouble()
    {
        var high = NextUInt32() >> 5;
        var low = NextUInt32() >> 6;
        return ((high * 67108864.0) + low) / 9007199254740992.0;
    }

    private uint NextUInt32()
    {
        if (_used == N)
        {
            for (var i = 0; i < N; i++)
            {
                var mixed = (_state[i] & 0x80000000) | (_state[(i + 1) % N] & 0x7fffffff);
                _state[i] = _state[(i + M) % N] ^ (mixed >> 1) ^ ((mixed & 1) * 0x9908b0df);
            }

            _used = 0;
        }

        var y = _state[_used++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        return y ^ (y >> 18);
    }
}
