using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Runnel.Trading.Tests.Plugins;

internal static class AssemblyVersions
{
    /// <summary>Rewrites an assembly so that it refers to version 9 of another: the major version is the first field of its row.</summary>
    public static byte[] Raise(byte[] image, string reference)
    {
        using PEReader file = new(ImmutableArray.Create(image));
        MetadataReader metadata = file.GetMetadataReader();
        AssemblyReferenceHandle handle = metadata.AssemblyReferences.Single(h => metadata.GetString(metadata.GetAssemblyReference(h).Name) == reference);
        int row = metadata.GetTableMetadataOffset(TableIndex.AssemblyRef) + (MetadataTokens.GetRowNumber(handle) - 1) * metadata.GetTableRowSize(TableIndex.AssemblyRef);
        byte[] changed = [.. image];
        BinaryPrimitives.WriteUInt16LittleEndian(changed.AsSpan(file.PEHeaders.MetadataStartOffset + row), 9);
        return changed;
    }
}
