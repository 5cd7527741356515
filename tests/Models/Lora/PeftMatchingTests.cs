using System.Text;
using System.Text.Json;
using Seal.Core.Engines;
using Seal.Models.Lora;

namespace Seal.Models.Tests.Lora;

/// <summary>Which modules a configuration asks for, and with which rank and α: against what PEFT's own functions say (data/golden/peft).</summary>
public sealed class PeftMatchingTests
{
    /// <summary>Python reads these and they are refused here: what they mean is not done, or seldom meant.</summary>
    private static readonly string[] Refused =
    [
        "layers\\.1\\..*(?<!up)_proj",
        "(q)_proj\\1",
        "(?i)Q_PROJ",
        "(?P<a>q)_proj",
        "\\Aq_proj",
        "q_proj\\Z",
        "\\x71_proj",
        "[[:alpha:]]_proj",
        "[a-z-[q]]_proj",
        "a)|(b",
        "q*+_proj",
        "[]q]_proj",
        "q{_proj",
        "q_proj}",
        "\\1",
        "(?>q)_proj",
    ];

    private static readonly JsonElement Golden = Read();
    private static readonly string[] Modules = [.. Golden.GetProperty("modules").EnumerateArray().Select(module => module.GetString()!)];

    public static TheoryData<string> Patterns =>
        [.. Golden.GetProperty("patterns").EnumerateArray().Select(entry => entry.GetProperty("pattern").GetString()!)];

    public static TheoryData<int> Configs => [.. Enumerable.Range(0, Golden.GetProperty("configs").GetArrayLength())];

    [Theory]
    [MemberData(nameof(Patterns))]
    public void PythonPattern_MatchesWhatPythonMatches_OrIsRefused(string pattern)
    {
        var entry = Golden.GetProperty("patterns").EnumerateArray().Single(entry => entry.GetProperty("pattern").ValueEquals(pattern));
        if (
            Refused.Contains(pattern)
            || entry.GetProperty("end").ValueKind == JsonValueKind.Null
            || entry.GetProperty("all").ValueKind == JsonValueKind.Null
        )
        {
            Assert.Throws<FormatException>(() => PythonPattern.Parse(pattern));
            return;
        }

        var parsed = PythonPattern.Parse(pattern);
        Assert.Equal(entry.GetProperty("end").GetString(), Row(parsed.MatchesEnd));
        Assert.Equal(entry.GetProperty("all").GetString(), Row(parsed.MatchesAll));
    }

    [Fact]
    public void PythonPattern_RepetitionsInRepetitions_EndAtOnce()
    {
        // A search that goes back and forth takes longer than the universe is old.
        var pattern = PythonPattern.Parse("((((((a*){1000})*){1000})*){1000})*[a-z.]*(.*.*.*)*x{7}");
        Assert.False(pattern.MatchesAll("model.layers.0.self_attn.q_proj"));
        Assert.True(pattern.MatchesAll("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaxxxxxxx"));
    }

    [Theory]
    [MemberData(nameof(Configs))]
    public void PeftConfig_AsksAndScales_AsPeftDoes(int index)
    {
        var golden = Golden.GetProperty("configs")[index];
        var settings = golden.GetProperty("config").EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value);
        var text = JsonSerializer.Serialize(settings);
        var config = PeftConfig.Parse(Encoding.UTF8.GetBytes($$"""{"peft_type":"LORA","r":4,"lora_alpha":8,{{text[1..]}}"""));

        Assert.Equal(
            golden.GetProperty("asks").GetString(),
            Row(module => config.Asks(module, int.Parse(module.Split('.')[2], System.Globalization.CultureInfo.InvariantCulture)))
        );
        Assert.Equal(golden.GetProperty("rank").EnumerateArray().Select(rank => rank.GetInt32()), Modules.Select(config.RankOf));
        var alphas = golden.GetProperty("alpha").EnumerateArray().Select(alpha => alpha.GetDouble()).ToArray();
        Assert.Equal(Modules.Select((module, i) => alphas[i] / config.RankOf(module)), Modules.Select(config.ScaleOf));
    }

    [Theory]
    [InlineData("""{"target_modules":".*q_proj","layers_to_transform":[0]}""", "layers_to_transform")]
    [InlineData("""{"target_modules":"all-linear","layers_to_transform":0}""", "layers_to_transform")]
    [InlineData("""{"target_modules":".*q_proj","layers_pattern":"layers"}""", "layers_pattern")]
    [InlineData("""{"target_modules":["q_proj"],"layers_pattern":"layers"}""", "layers_pattern")]
    [InlineData("""{"target_modules":["q_proj"],"layers_to_transform":[0],"layers_pattern":"lay.*"}""", "layers_pattern")]
    [InlineData("""{"target_modules":["q_proj"],"exclude_modules":"(?i)Q"}""", "exclude_modules")]
    [InlineData("""{"target_modules":["q_proj"],"exclude_modules":[1]}""", "exclude_modules")]
    [InlineData("""{"target_modules":["q_proj"],"rank_pattern":["q_proj"]}""", "rank_pattern")]
    [InlineData("""{"target_modules":["q_proj"],"alpha_pattern":{"(?<a>q)":3}}""", "alpha_pattern")]
    [InlineData("""{"target_modules":["q_proj"],"use_rslora":"true"}""", "use_rslora")]
    [InlineData("""{"target_modules":["q_proj"],"lora_dropout":"0"}""", "lora_dropout")]
    [InlineData("""{"target_modules":["q_proj"],"init_lora_weights":"a_later_one"}""", "init_lora_weights")]
    public void Parse_WhatPeftRefusesOrIsNotUnderstoodHere_IsRefusedByKey(string json, string key)
    {
        var text = $$"""{"peft_type":"LORA","r":4,"lora_alpha":8,{{json[1..]}}""";
        Assert.Contains(
            $"adapter_config.json: {key} is ",
            Assert.Throws<ModelFormatException>(() => PeftConfig.Parse(Encoding.UTF8.GetBytes(text))).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("null", true)]
    [InlineData("false", true)]
    [InlineData("\"\"", true)]
    [InlineData("[]", true)]
    [InlineData("{}", true)]
    [InlineData("true", false)]
    [InlineData("0", false)]
    [InlineData("\"on\"", false)]
    [InlineData("[1]", false)]
    [InlineData("{\"x\":null}", false)]
    public void Parse_KeyThatIsNotKnown_PassesWhereItAsksForNothing(string value, bool passes)
    {
        foreach (var key in (string[])["a_key_of_later_releases", "kasa_config", "use_dora", "lora_bias", "modules_to_save", "velora_config"])
        {
            var json = Encoding.UTF8.GetBytes($$"""{"peft_type":"LORA","r":4,"lora_alpha":8,"target_modules":["q_proj"],"{{key}}":{{value}}}""");
            if (passes)
            {
                Assert.Equal(4, PeftConfig.Parse(json).Rank);
            }
            else
            {
                Assert.StartsWith(
                    $"adapter_config.json: {key} is {value}; expected null, false or an empty value",
                    Assert.Throws<ModelFormatException>(() => PeftConfig.Parse(json)).Message,
                    StringComparison.Ordinal
                );
            }
        }
    }

    [Fact]
    public void Parse_KeyTwice_IsRefused() =>
        Assert.Throws<ModelFormatException>(() =>
            PeftConfig.Parse("""{"peft_type":"LORA","r":4,"r":8,"lora_alpha":8,"target_modules":["q_proj"]}"""u8.ToArray())
        );

    private static string Row(Func<string, bool> holds) => string.Concat(Modules.Select(module => holds(module) ? '1' : '0'));

    private static JsonElement Read()
    {
        using var document = JsonDocument.Parse(
            File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "data", "golden", "peft", "peft-matching.json"))
        );
        return document.RootElement.Clone();
    }
}
