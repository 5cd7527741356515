using System.Buffers.Binary;
using System.Text;
using Seal.Core.Randomness;

namespace Seal.Models.Tests.Safetensors;

/// <summary>Safetensors files broken in every way we could think of, and at random. The n-th file is a pure function of n.</summary>
internal static class HostileHeaders
{
    private static readonly (string Dtype, int Size)[] Dtypes =
    [
        ("F32", 4),
        ("F16", 2),
        ("BF16", 2),
        ("I64", 8),
        ("I32", 4),
        ("U8", 1),
        ("BOOL", 1),
        ("F64", 8),
    ];

    private delegate void Mutation(CounterRandom random, List<Entry> entries, Draft draft);

    private static readonly Mutation[] Mutations =
    [
        (r, e, d) => Pick(r, e).Name = new string('n', 1025 + r.NextInt(1000)),
        (r, e, d) => Pick(r, e).Name = r.NextBool() ? "" : "\\ud8" + r.NextInt(10) + "0",
        (r, e, d) => e.Add(new Entry(Pick(r, e).Name, "\"U8\"", "[0]", $"[{d.DataLength},{d.DataLength}]")),
        (r, e, d) => d.Metadata = "\"__metadata__\":" + One(r, "3", "[]", "null", "\"x\"", "{\"a\":1}", "{\"a\":null}", "{\"a\":\"b\",\"c\":true}"),
        (r, e, d) => d.Metadata = One(r, "\"__metadata__\":{\"a\":\"b\",\"a\":\"c\"}", "\"__metadata__\":{},\"__metadata__\":{}"),
        (r, e, d) => Pick(r, e).Whole = One(r, "1", "[]", "null", "\"F32\"", "true"),
        (r, e, d) => Pick(r, e).Extra = ",\"" + One(r, "stride", "device", "", new string('x', 100)) + "\":" + One(r, "0", "{}", "\"\""),
        (r, e, d) => Pick(r, e).Extra = One(r, ",\"dtype\":\"F32\"", ",\"shape\":[]", ",\"data_offsets\":[0,0]", ",\"d\\u0074ype\":\"F32\""),
        (r, e, d) => Pick(r, e).Missing = r.NextInt(3),
        (r, e, d) => Pick(r, e).Dtype = One(r, "\"F33\"", "\"f32\"", "\"\"", "7", "null", "\"9\"", "\"F32,F16\"", "\"" + new string('F', 500) + "\""),
        (r, e, d) => Pick(r, e).Shape = One(r, "4", "null", "\"[4]\"", "[1.5]", "[1e2]", "[\"4\"]", "[null]", "[true]", "{}"),
        (r, e, d) => Pick(r, e).Shape = One(r, "[-1]", "[2,-2]", "[-9223372036854775808]"),
        (r, e, d) => Pick(r, e).Shape = "[" + string.Join(',', Enumerable.Repeat("1", 9 + r.NextInt(200))) + "]",
        (r, e, d) =>
            Pick(r, e).Shape = One(
                r,
                "[4294967296,4294967296]",
                "[9223372036854775807,2]",
                "[99999999999999999999]",
                "[4611686018427387904,4611686018427387904,0]"
            ),
        (r, e, d) =>
            Pick(r, e).Offsets = One(
                r,
                "4",
                "null",
                "[]",
                "[0]",
                "[0,0,0]",
                "[-8,0]",
                "[0,-8]",
                "[0.0,4]",
                "[0,1e1]",
                "[0,99999999999999999999]",
                "{}",
                "[\"0\",4]"
            ),
        (r, e, d) => Pick(r, e).Offsets = $"[{4 + r.NextInt(50)},{r.NextInt(4)}]",
        (r, e, d) => Pick(r, e).Offsets = $"[0,{d.DataLength + 1L + r.NextInt(int.MaxValue)}]",
        (r, e, d) => Pick(r, e).Shape = $"[{100 + r.NextInt(100000)}]",
        (r, e, d) => Overlap(r, e, d),
        (r, e, d) => Hole(r, e, d),
        (r, e, d) => d.DataLength += 1 + r.NextInt(64),
        (r, e, d) => Pick(r, e).Whole = Bomb(r, "{\"a\":", "}"),
        (r, e, d) => Pick(r, e).Shape = Bomb(r, "[", "]"),
        (r, e, d) => d.Metadata = "\"__metadata__\":" + Bomb(r, "{\"a\":", "}"),
        (r, e, d) => d.Prefix = One(r, " ", "[", "\uFEFF", "\0", "null", "\"", "/*x*/"),
        (r, e, d) => d.Suffix = One(r, "}", ",", "\0", "{}", "//", "x"),
        (r, e, d) => d.HeaderLength = 100_000_001UL + r.NextUInt64() / 2,
        (r, e, d) => d.HeaderLength = (ulong)r.NextInt(100_000_000) + 100_000,
        (r, e, d) => d.Cut = r.NextInt(8),
        (r, e, d) => d.Invalid = true,
        (r, e, d) => { },
    ];

    private static readonly Seed Root = new Seed(20).Derive("hostile headers");

    public static byte[] File(int n)
    {
        var random = new CounterRandom(Root.Derive(n.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        var draft = new Draft();
        var entries = Valid(random, draft);
        if (n % 500 == 499)
        {
            return Crowded(random);
        }

        var shape = random.NextInt(10);
        if (shape < 7)
        {
            Mutations[n % Mutations.Length](random, entries, draft);
        }

        var file = draft.ToBytes(entries);
        for (var flips = shape < 7 ? 0 : 1 + random.NextInt(4); flips > 0; flips--)
        {
            file[random.NextInt(file.Length)] = (byte)random.NextInt(256);
        }

        return file;
    }

    private static List<Entry> Valid(CounterRandom random, Draft draft)
    {
        var entries = new List<Entry>();
        var count = 1 + random.NextInt(5);
        for (var i = 0; i < count; i++)
        {
            var (dtype, size) = Dtypes[random.NextInt(Dtypes.Length)];
            var rows = random.NextInt(4);
            var columns = 1 + random.NextInt(4);
            var bytes = size * rows * columns;
            entries.Add(new Entry($"layer.{i}.w", $"\"{dtype}\"", $"[{rows},{columns}]", $"[{draft.DataLength},{draft.DataLength + bytes}]"));
            draft.DataLength += bytes;
        }

        if (random.NextBool())
        {
            draft.Metadata = "\"__metadata__\":{\"format\":\"pt\",\"é\":\"\\u00e9\"}";
        }

        return entries;
    }

    private static void Overlap(CounterRandom random, List<Entry> entries, Draft draft)
    {
        entries.Clear();
        entries.Add(new Entry("a", "\"U8\"", "[8]", "[0,8]"));
        var begin = random.NextInt(8);
        entries.Add(new Entry("b", "\"U8\"", "[8]", $"[{begin},{begin + 8}]"));
        draft.DataLength = begin + 8;
    }

    private static void Hole(CounterRandom random, List<Entry> entries, Draft draft)
    {
        entries.Clear();
        var first = random.NextInt(2);
        var gap = 1 + random.NextInt(20);
        entries.Add(new Entry("a", "\"U8\"", "[8]", $"[{first * gap},{(first * gap) + 8}]"));
        entries.Add(new Entry("b", "\"U8\"", "[4]", $"[{gap + 8},{gap + 12}]"));
        draft.DataLength = gap + 12;
    }

    /// <summary>Thousands of empty tensors or metadata entries: a file that is nothing but header.</summary>
    private static byte[] Crowded(CounterRandom random)
    {
        var count = 1500 + random.NextInt(1500);
        var entries = Enumerable.Range(0, count).Select(i => new Entry($"{i}", "\"U8\"", "[0]", "[0,0]")).ToList();
        var draft = new Draft();
        if (random.NextBool())
        {
            draft.Metadata = "\"__metadata__\":{" + string.Join(',', Enumerable.Range(0, 3 * count).Select(i => $"\"{i}\":\"{i}\"")) + "}";
            entries.RemoveRange(1, count - 1);
        }

        return draft.ToBytes(entries);
    }

    private static string Bomb(CounterRandom random, string open, string close)
    {
        var depth = 3 + random.NextInt(2000);
        var text = new StringBuilder();
        text.Insert(0, open, depth);
        text.Append("{}");
        return text.Append(new StringBuilder().Insert(0, close, depth)).ToString();
    }

    private static Entry Pick(CounterRandom random, List<Entry> entries) => entries[random.NextInt(entries.Count)];

    private static string One(CounterRandom random, params string[] choices) => choices[random.NextInt(choices.Length)];

    private sealed class Entry(string name, string dtype, string shape, string offsets)
    {
        public string Name { get; set; } = name;

        public string Dtype { get; set; } = dtype;

        public string Shape { get; set; } = shape;

        public string Offsets { get; set; } = offsets;

        public string Extra { get; set; } = "";

        public string? Whole { get; set; }

        public int Missing { get; set; } = -1;

        public override string ToString()
        {
            string[] fields = [$"\"dtype\":{Dtype}", $"\"shape\":{Shape}", $"\"data_offsets\":{Offsets}"];
            return $"\"{Name}\":" + (Whole ?? "{" + string.Join(',', fields.Where((_, i) => i != Missing)) + Extra + "}");
        }
    }

    private sealed class Draft
    {
        public int DataLength { get; set; }

        public string Metadata { get; set; } = "";

        public string Prefix { get; set; } = "";

        public string Suffix { get; set; } = "";

        public ulong? HeaderLength { get; set; }

        public int? Cut { get; set; }

        public bool Invalid { get; set; }

        public byte[] ToBytes(List<Entry> entries)
        {
            var parts = entries.Select(entry => entry.ToString());
            var text = Prefix + "{" + string.Join(',', Metadata.Length > 0 ? parts.Prepend(Metadata) : parts) + "}" + Suffix;
            var json = Encoding.UTF8.GetBytes(text);
            if (Invalid)
            {
                json[json.Length / 2] = 0xC3;
                json[(json.Length / 2) + 1] = 0x28;
            }

            var file = new byte[8 + json.Length + DataLength];
            BinaryPrimitives.WriteUInt64LittleEndian(file, HeaderLength ?? (ulong)json.Length);
            json.CopyTo(file, 8);
            return Cut is { } cut ? file[..cut] : file;
        }
    }
}
