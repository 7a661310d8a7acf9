namespace System.Runtime.CompilerServices;

/// <summary>Lets records and init accessors compile on netstandard2.0, which the compiler hosts ask of generators.</summary>
internal static class IsExternalInit;
