using Seal.Core.Judges;
using Seal.Core.Sweeps;
using Seal.Silo.Judging;

namespace Seal.Client.Sweeps;

/// <summary>Refuses to compute answers on this machine that nobody here can judge.</summary>
internal static class JudgeCheck
{
    /// <param name="runs">Settings of the sweep's runs.</param>
    /// <exception cref="CommandException">There is no judge for one of them; says what to set.</exception>
    public static void Demand(IEnumerable<RunSettings> runs)
    {
        foreach (var judge in runs.Select(run => EngineChoice.Domain(run.Domain).Judge(run)).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            try
            {
                (JudgeSource.OfEnvironment() ?? throw JudgeException.None(judge)).Demand(judge);
            }
            catch (JudgeException none)
            {
                throw new CommandException(ExitCode.Usage, none.Message, none);
            }
        }
    }
}
