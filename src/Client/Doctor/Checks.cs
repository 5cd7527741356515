namespace Seal.Client.Doctor;

/// <summary>Runs one check after the other: whatever a check throws is what it found, and never keeps the others from being run.</summary>
/// <param name="cancellation">Ctrl-C, which alone ends all of them.</param>
internal sealed class Checks(CancellationToken cancellation)
{
    public Task<Finding> Run(string check, Func<Finding> examine) => Run(check, () => Task.FromResult(examine()));

    public async Task<Finding> Run(string check, Func<Task<Finding>> examine)
    {
        try
        {
            return await examine();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return Finding.Fail(check, refused.Message, "Make room or mend the permissions, or put the store elsewhere with --store.");
        }
        catch (Exception broken)
        {
            return Finding.Fail(
                check,
                $"{broken.GetType().Name}: {broken.Message.ReplaceLineEndings(" ")}",
                "This check has a defect or the machine one; please report it with what 'doctor' prints."
            );
        }
    }
}
