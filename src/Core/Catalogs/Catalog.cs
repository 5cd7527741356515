using Seal.Core.Domains;
using Seal.Core.Json;
using Seal.Core.Proposers;
using Seal.Core.Rewards;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Core.Sweeps.Reading;
using Seal.Core.Updates;

namespace Seal.Core.Catalogs;

/// <summary>
/// Everything that sweeps can name, the project's own and that of plug-ins. Immutable. A process has one, set before it reads the first sweep:
/// plans, forecasts, grains and jobs then agree on what a name means.
/// </summary>
public sealed record Catalog
{
    private const int ShownHash = 16;

    /// <summary>What an unknown name may lack, for messages.</summary>
    private const string PluginHint = " If it comes from a plug-in, add --plugin <dll>.";

    /// <summary>What stands at the top of every sweep file. Written down here: to read it from the keys of sweeps is to read the catalog.</summary>
    private static readonly string[] Sections =
    [
        "name",
        "domain",
        "seeds",
        "model",
        "tasks",
        "arms",
        "engine",
        "proposal",
        "inner",
        "reward",
        "update",
        "evaluate",
        "gate",
    ];

    private static readonly Lock Gate = new();
    private static Catalog? _current;
    private static volatile bool _isRead;

    /// <summary>What the project itself has. Domains are added by those who know them.</summary>
    public static Catalog Own { get; } =
        new()
        {
            Proposers =
            [
                new PolicyProposer(),
                new ConstantProposer(),
                new RandomProposer(),
                new FileProposer(),
                new GridProposer(),
                new NoneProposer(),
                new TableProposer(),
            ],
            Rewards =
            [
                new ObservedReward(Candidates.Scores.Exact),
                new ObservedReward(Candidates.Scores.VoteTop1),
                new ObservedReward(Candidates.Scores.VoteTop2),
                new ValueReward("token-accuracy", Candidates.ObservationNames.TokenAccuracy),
                new ValueReward("demonstration-accuracy", Candidates.ObservationNames.DemonstrationAccuracy),
                new ValueReward(Candidates.Scores.Accuracy, Candidates.ObservationNames.Accuracy),
                new ValueReward("net-accuracy", Candidates.ObservationNames.NetAccuracy),
                new ShuffledReward("shuffled", new ObservedReward(Candidates.Scores.Exact)),
                new ShuffledReward("shuffled-vote-top-1", new ObservedReward(Candidates.Scores.VoteTop1)),
                new ShuffledReward("shuffled-vote-top-2", new ObservedReward(Candidates.Scores.VoteTop2)),
                new ShuffledReward("shuffled-token-accuracy", new ValueReward("token-accuracy", Candidates.ObservationNames.TokenAccuracy)),
                new ShuffledReward("shuffled-accuracy", new ValueReward(Candidates.Scores.Accuracy, Candidates.ObservationNames.Accuracy)),
                new ShuffledReward(
                    "shuffled-demonstration-accuracy",
                    new ValueReward("demonstration-accuracy", Candidates.ObservationNames.DemonstrationAccuracy)
                ),
            ],
            Rules = [new ReStEm(), new BestPerTask(), new RewardWeighted()],
            Methods =
            [
                new(RunMethods.Seal, new SealMethod(), Learns: true),
                new(RunMethods.Search, new SearchMethod(), Learns: false),
                new(RunMethods.Fixed, new FixedMethod(), Learns: false),
            ],
        };

    /// <summary>What <see cref="Current"/> is where nobody has set it: <see cref="Own"/>, and the domains of the assemblies that this process has.
    /// They say so when they are loaded, as this one cannot know them.</summary>
    public static Catalog Standard { get; set; } = Own;

    /// <summary>The catalog of this process.</summary>
    public static Catalog Current
    {
        get
        {
            if (!_isRead)
            {
                lock (Gate)
                {
                    _current ??= Standard;
                    _isRead = true;
                }
            }

            return _current!;
        }
    }

    public IReadOnlyList<IDomain> Domains { get; init; } = [];

    public IReadOnlyList<IProposer> Proposers { get; init; } = [];

    public IReadOnlyList<IGroupReward> Rewards { get; init; } = [];

    public IReadOnlyList<IPolicyUpdateRule> Rules { get; init; } = [];

    public IReadOnlyList<NamedMethod> Methods { get; init; } = [];

    /// <summary>Where what is not the project's own comes from.</summary>
    public IReadOnlyList<PluginId> Plugins { get; private init; } = [];

    /// <summary>Sets the catalog of this process.</summary>
    /// <exception cref="InvalidOperationException">Somebody has read it already: names would change their meaning.</exception>
    public static void Use(Catalog catalog)
    {
        lock (Gate)
        {
            _current = _isRead ? throw new InvalidOperationException("The catalog was read before it was set.") : catalog;
        }
    }

    /// <summary>The catalog with what a plug-in adds.</summary>
    /// <exception cref="SweepException">It is there already, it adds nothing, or a name is no name or taken.</exception>
    public Catalog With(ISealPlugin plugin, PluginId id)
    {
        if (Plugins.Any(other => other.Sha256 == id.Sha256))
        {
            throw new SweepException($"plug-in {id.Name}: is named twice; name it once.");
        }

        if (plugin is { Domains.Count: 0, Proposers.Count: 0, Rewards.Count: 0, Rules.Count: 0, Methods.Count: 0 })
        {
            throw new SweepException($"plug-in {id.Name}: adds nothing; return what it has from a property of {nameof(ISealPlugin)}.");
        }

        // A domain's name is also that of its section in a sweep file.
        if (plugin.Domains.FirstOrDefault(domain => Sections.Contains(domain.Id)) is { } section)
        {
            throw new SweepException($"plug-in {id.Name}: '{section.Id}' is a section of every sweep file; give the domain another name.");
        }

        foreach (var domain in plugin.Domains)
        {
            CheckSettings(domain, id);
        }

        PluginId[] all = [.. Plugins, id];
        return this with
        {
            Domains = Joined("domain", Domains, plugin.Domains, domain => domain.Id),
            Proposers = Joined("proposer", Proposers, plugin.Proposers, proposer => proposer.Kind),
            Rewards = Joined("reward", Rewards, plugin.Rewards, reward => reward.Name),
            Rules = Joined("update rule", Rules, plugin.Rules, rule => rule.Name),
            Methods = Joined("method", Methods, plugin.Methods, method => method.Name),
            Plugins = all,
            // Once: grains ask at every call.
            PluginsHash = SealJson.Hash<string[]>([.. all.Select(one => one.Sha256).Order(StringComparer.Ordinal)])[..ShownHash],
        };

        IReadOnlyList<T> Joined<T>(string what, IReadOnlyList<T> known, IReadOnlyList<T> added, Func<T, string> name)
        {
            var names = known.Select(name).ToHashSet(StringComparer.Ordinal);
            foreach (var one in added.Select(name))
            {
                if (!StoreName.IsGood(one))
                {
                    throw new SweepException(
                        $"plug-in {id.Name}: '{one}' is no name of a {what}; expected small letters, digits and '-', "
                            + $"e.g. \"my-{what.Replace(' ', '-')}\"."
                    );
                }

                if (!names.Add(one))
                {
                    throw new SweepException($"plug-in {id.Name}: there is a {what} '{one}' already; give it another name, e.g. \"my-{one}\".");
                }
            }

            return [.. known, .. added];
        }
    }

    private static void CheckSettings(IDomain domain, PluginId id)
    {
        if (domain.Settings.GroupBy(setting => setting.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { Key: var twice })
        {
            throw new SweepException($"plug-in {id.Name}: the domain '{domain.Id}' has two settings named '{twice}'.");
        }

        foreach (var name in domain.Settings.Select(setting => setting.Name).Where(name => !DomainSetting.IsName(name)))
        {
            throw new SweepException(
                $"plug-in {id.Name}: '{name}' is no name of a setting; expected small letters, digits and '_' that start with a letter."
            );
        }

        if (domain.Reads.FirstOrDefault(key => !IDomain.SharedKeys.Contains(key)) is { } strange)
        {
            throw new SweepException(
                $"plug-in {id.Name}: the domain '{domain.Id}' says that it reads '{strange}'; expected some of "
                    + $"{string.Join(", ", IDomain.SharedKeys)}."
            );
        }
    }

    /// <exception cref="SweepException">There is none; names those that there are.</exception>
    public IProposer Proposer(string kind) => Find(Proposers, proposer => proposer.Kind, "arms.proposer", kind);

    /// <exception cref="SweepException">There is none; names those that there are.</exception>
    public IGroupReward Reward(string name) => Find(Rewards, reward => reward.Name, "reward.source", name);

    /// <exception cref="SweepException">There is none; names those that there are.</exception>
    public IPolicyUpdateRule Rule(string name) => Find(Rules, rule => rule.Name, "update.rule", name);

    /// <exception cref="SweepException">There is none; names those that there are.</exception>
    public NamedMethod Method(string name) => Find(Methods, method => method.Name, "arms.method", name);

    /// <summary>
    /// A numeric class as this process offers it: with plug-ins a class of its own, so that their trials are never taken for others, and a silo
    /// without these very plug-ins is given none of their jobs.
    /// </summary>
    /// <param name="numericClass">The engine's.</param>
    public string ClassOf(string numericClass) =>
        PluginsHash is { } hash ? $"{numericClass}/{Engines.NumericClassName.PluginsPrefix}{hash}" : numericClass;

    /// <summary>Names the plug-ins of this process together; null without any. The order in which they were named means nothing.</summary>
    public string? PluginsHash { get; private init; }

    /// <summary>Why work of a numeric class is not for this process: it was made with other plug-ins, so its names mean something else here. Null
    /// where they are the same ones.</summary>
    public string? Refusal(string numericClass)
    {
        var made = Engines.NumericClassName.PluginsOf(numericClass);
        return made == PluginsHash
            ? null
            : $"it was made with {Shown(made)}, but this process has {Shown(PluginsHash)}; "
                + "give the console (--plugin) and every silo (Work.Plugins) the same files";

        static string Shown(string? hash) => hash is null ? "no plug-ins" : $"the plug-ins {hash}";
    }

    private static T Find<T>(IReadOnlyList<T> all, Func<T, string> nameOf, string key, string name)
        where T : class
    {
        if (all.FirstOrDefault(one => nameOf(one) == name) is { } known)
        {
            return known;
        }

        string[] names = [.. all.Select(nameOf)];
        var near = Spelling.Closest(name, names);
        throw new SweepException(
            $"{key}: '{name}' is not known{(near is null ? "" : $" (did you mean '{near}'?)")}; "
                + $"expected one of {string.Join(", ", names)}.{PluginHint}"
        );
    }
}
