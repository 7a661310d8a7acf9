namespace NetWebSockets.Abstractions.Tests;
public class PlaceholderTests { [Xunit.Fact] public void Runs() => Xunit.Assert.Equal(4, int.Parse("4", null)); }
