using CodeExit.Inference.Decoding;

namespace CodeExit.Tests.Inference.Decoding;

public sealed class KvCacheTests
{
    [Fact]
    public void Extend_LayerWithGap_NamesLayerAndPosition()
    {
        using var cache = new Accounting();
        cache.Extend(0, 2, 0, 5);

        var error = Assert.Throws<InvalidOperationException>(() => cache.Extend(0, 3, 5, 1));
        Assert.Contains("Layer 3 holds 0 positions", error.Message, StringComparison.Ordinal);
        Assert.Equal((5, 5, 0), (cache.Filled(0), cache.Filled(1), cache.Filled(2)));
    }

    [Fact]
    public void Extend_BeyondCapacity_Throws()
    {
        using var cache = new Accounting();

        Assert.Throws<InvalidOperationException>(() => cache.Extend(0, 1, 0, 11));
    }

    [Fact]
    public void Extend_EarlierPosition_ForgetsWhatLayBeyond()
    {
        using var cache = new Accounting();
        cache.Extend(0, 3, 0, 8);
        cache.Extend(0, 1, 2, 1);

        Assert.Equal((3, 8, 8), (cache.Filled(0), cache.Filled(1), cache.Filled(2)));
    }

    [Fact]
    public void Truncate_ShorterThanSomeLayers_ShortensOnlyThose()
    {
        using var cache = new Accounting();
        cache.Extend(0, 3, 0, 8);
        cache.Extend(0, 2, 2, 1);
        cache.Truncate(5);

        Assert.Equal((3, 3, 5), (cache.Filled(0), cache.Filled(1), cache.Filled(2)));
    }

    private sealed class Accounting() : KvCache(layerCount: 3, capacity: 10)
    {
        protected override void Dispose(bool disposing)
        {
        }
    }
}
