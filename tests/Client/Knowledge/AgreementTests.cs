using Seal.Client.Knowledge;

namespace Seal.Client.Tests.Knowledge;

public sealed class AgreementTests
{
    // By hand: 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no; the same in 0.7, by chance in 0.5.
    [Fact]
    public void Of_TwoGraders_IsCohens()
    {
        var agreement = Agreement.Of([
            .. Enumerable.Repeat((true, true), 20),
            .. Enumerable.Repeat((true, false), 5),
            .. Enumerable.Repeat((false, true), 10),
            .. Enumerable.Repeat((false, false), 15),
        ]);
        Assert.Equal((50, 0.7, 0.5, 0.6), (agreement.Answers, agreement.Same, agreement.GraderCorrect, agreement.JudgeCorrect));
        Assert.Equal(0.4, agreement.Kappa, 12);
    }
}
