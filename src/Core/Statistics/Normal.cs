namespace Seal.Core.Statistics;

/// <summary>The standard normal distribution.</summary>
public static class Normal
{
    /// <summary>The value below which a share of it lies. One-sided: a limit at confidence 0.95 takes the quantile of 0.95.</summary>
    /// <param name="share">(0, 1).</param>
    /// <remarks>Acklam's rational approximation, relative error below 1.2e-9; intervals here need three digits.</remarks>
    public static double Quantile(double share)
    {
        if (share is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, "expected a number in (0, 1)");
        }

        const double Low = 0.02425;
        return share < Low ? Tail(Math.Sqrt(-2 * Math.Log(share)))
            : share > 1 - Low ? -Tail(Math.Sqrt(-2 * Math.Log(1 - share)))
            : Middle(share - 0.5);
    }

    private static double Tail(double q) =>
        Polynomial(q, -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783)
        / Polynomial(q, 7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996, 3.754408661907416, 1);

    private static double Middle(double q) =>
        q
        * Polynomial(
            q * q,
            -3.969683028665376e01,
            2.209460984245205e02,
            -2.759285104469687e02,
            1.383577518672690e02,
            -3.066479806614716e01,
            2.506628277459239
        )
        / Polynomial(q * q, -5.447609879822406e01, 1.615858368580409e02, -1.556989798598866e02, 6.680131188771972e01, -1.328068155288572e01, 1);

    /// <summary>Highest power first.</summary>
    private static double Polynomial(double x, params ReadOnlySpan<double> coefficients)
    {
        var sum = 0.0;
        foreach (var coefficient in coefficients)
        {
            sum = (sum * x) + coefficient;
        }

        return sum;
    }
}
