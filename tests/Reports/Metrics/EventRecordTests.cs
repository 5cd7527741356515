using System.Text;
using Seal.Reports.Metrics;

namespace Seal.Reports.Tests.Metrics;

public sealed class EventRecordTests
{
    /// <summary>The examples of RFC 3720, appendix B.4, and the check value of the catalogue of CRCs.</summary>
    public static TheoryData<string, uint> Checks =>
        new()
        {
            { new string('0', 64), 0x8a9136aa },
            { new string('f', 64), 0x62a8ab43 },
            { "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", 0x46dd794e },
            { "1f1e1d1c1b1a191817161514131211100f0e0d0c0b0a09080706050403020100", 0x113fdb5c },
            { "01c00000000000000000000000000000140000000000040000000014000000182800000000000000" + "0200000000000000", 0xd9963a56 },
            { "313233343536373839", 0xe3069283 },
            { "", 0 },
        };

    [Theory]
    [MemberData(nameof(Checks))]
    public void Crc32C_OfTheExamples_IsThatOfTheRfc(string hex, uint expected)
    {
        Assert.Equal(expected, EventRecord.Crc32C(Convert.FromHexString(hex)));
        Assert.Equal(expected, EventFileReader.Crc32C(Convert.FromHexString(hex)));
    }

    /// <summary>
    /// Worked out by hand: field 1 (fixed64), field 3 (13 bytes). The masked checksum of the length 24 stands in every event file of TensorFlow.
    /// </summary>
    [Fact]
    public void Head_AtTheBeginningOf1970_HasTheBytesOfTheFormat()
    {
        var head = TensorBoardEvents.Head(0);

        byte[] data = [0x09, 0, 0, 0, 0, 0, 0, 0, 0, 0x1a, 13, .. Encoding.ASCII.GetBytes("brain.Event:2")];
        Assert.Equal([24, 0, 0, 0, 0, 0, 0, 0, 0xa3, 0x7f, 0x4b, 0x22, .. data], head[..^4]);
        Assert.Equal("brain.Event:2", Assert.Single(EventFileReader.Read(head)).FileVersion);
    }

    [Fact]
    public void Data_OfADamagedRecord_IsEmpty()
    {
        var record = EventRecord.Frame([1, 2, 3]);
        Assert.Equal([1, 2, 3], EventRecord.Data(record).ToArray());
        record[EventRecord.Header] ^= 1;
        Assert.Equal(0, EventRecord.Data(record).Length);
    }
}
