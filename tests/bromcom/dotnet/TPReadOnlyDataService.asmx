<%@ WebService Language="C#" Class="TPReadOnlyDataService" %>
// The three read operations on a real .NET stack, so that DataSets, faults and envelopes are the genuine ones.
// The username says what comes back; the people in it do not exist.
using System;
using System.Data;
using System.Linq;
using System.Web.Services;

[WebService(Namespace = "http://tempuri.org/")]
public class TPReadOnlyDataService : WebService
{
    [WebMethod]
    public bool testDatabaseConnection(int schoolID)
    {
        if (schoolID == 500) throw new InvalidOperationException("Timeout expired.");
        return schoolID != 404;
    }

    [WebMethod]
    public DataSet findEntitiesBySchoolID(int schoolID, string username, string password)
    {
        if (username.StartsWith("benchmark")) return Entities("Table", Benchmark);
        switch (username)
        {
            case "refused": throw new UnauthorizedAccessException("401 Unauthorised");
            case "deadlock": throw new InvalidOperationException("Transaction was deadlocked on lock resources.");
            case "no-result": return null;
            case "no-table": return new DataSet("NewDataSet");
            case "echo": return Entities("Table", password);
            case "nobody": return Entities("Table");
            case "null-name": return Entities("Table", "Students", null);
            case "other-names": return Named(Entities("Entity List", "Students", "Staff"), "Result Set");
            case "namespace": return InNamespace(Entities("Table", "Students", "Staff"));
            case "changed": return Changed(Entities("Table", "Students", "Staff", "Gone"));
            case "attribute": return AsAttribute(Entities("Table", "Students", "Staff"));
            case "no-schema": return WithoutSchema(Entities("Table", "Students", "Staff"));
            case "second-table": return Second(Entities("Table", "Students", "Staff"));
            case "constraints": return Constrained(Entities("Table", "Students", "Staff"));
            case "hidden": return Hidden(Entities("Table", "Students", "Staff"));
            case "other-columns": return WithOtherColumns(Entities("Table", "Students", "Staff"));
            case "related": return Related(Entities("Table", "Students", "Staff"), false);
            case "nested": return Related(Entities("Table", "Students", "Staff"), true);
            case "described": return Described(Entities("Table", "Students", "Staff"));
            case "two-lists": return Two(Entities("Table", "Students"), Entities("Table1", "Staff"));
            case "all-deleted": return Emptied(Entities("Table", "Students", "Staff"));
            default: return Entities("Table", "Attendances", "SENStudents", "Students");
        }
    }

    // What the benchmarks list.
    private static readonly string[] Benchmark =
        Enumerable.Range(0, 75).Select(number => "BenchmarkEntity" + number.ToString("000")).ToArray();

    [WebMethod]
    public DataSet getEntityDataBySchoolID(
        int schoolID, string entityName, string entityFilter, string username, string password)
    {
        if (entityName == "SENStudents") throw new UnauthorizedAccessException("No permission for SENStudents");
        if (username.StartsWith("consent")) return Students(username, entityFilter);
        var table = new DataTable("Table");
        table.Columns.Add("StudentID", typeof(int));
        table.Columns.Add("First Name", typeof(string));
        table.Columns.Add("2nd_Name", typeof(string));
        table.Columns.Add("Photo", typeof(byte[]));
        table.Columns.Add("Born", typeof(DateTime));
        if (entityFilter != "1=0") table.Rows.Add(1, "Ada", "Example", new byte[] { 1, 2 }, new DateTime(2015, 9, 1));
        return Holding(table);
    }

    // 400 pupils who do not exist, of whom 380 consented; with Consent as the basis the others are not there.
    private static DataSet Students(string username, string filter)
    {
        var table = new DataTable("Table");
        table.Columns.Add("StudentID", typeof(int));
        table.Columns.Add("Name", typeof(string));
        for (var number = 100001; number <= 100400; number++)
            if (number <= 100380 || username != "consent-enforced") table.Rows.Add(number, "Tuppence Marker " + number);
        if (username == "consent-ignores-filters") return Holding(table);
        var rows = table.Clone();
        foreach (var row in table.Select(filter)) rows.ImportRow(row);
        return Holding(rows);
    }

    private static DataSet Entities(string table, params string[] names)
    {
        var entities = new DataTable(table);
        entities.Columns.Add("EntityName", typeof(string));
        foreach (var name in names) entities.Rows.Add((object)name ?? DBNull.Value);
        return Holding(entities);
    }

    private static DataSet Holding(DataTable table)
    {
        var set = new DataSet("NewDataSet");
        set.Tables.Add(table);
        set.AcceptChanges();
        return set;
    }

    private static DataSet Named(DataSet set, string name) { set.DataSetName = name; return set; }

    private static DataSet InNamespace(DataSet set) { set.Namespace = "urn:example:entities"; set.Prefix = "e"; return set; }

    private static DataSet Changed(DataSet set)
    {
        var rows = set.Tables[0].Rows;
        rows[2].Delete();
        rows[1][0] = "StaffRoles";
        rows[0].SetColumnError(0, "a remark");
        return set;
    }

    private static DataSet AsAttribute(DataSet set)
    {
        set.Tables[0].Columns[0].ColumnMapping = MappingType.Attribute;
        return set;
    }

    private static DataSet WithoutSchema(DataSet set)
    {
        var schemaless = new Schemaless();
        schemaless.Merge(set);
        return schemaless;
    }

    private static DataSet Constrained(DataSet set)
    {
        var column = set.Tables[0].Columns[0];
        column.AllowDBNull = false;
        column.MaxLength = 80;
        column.Caption = "Entity";
        set.Tables[0].Constraints.Add(new UniqueConstraint(column, true));
        return set;
    }

    private static DataSet Hidden(DataSet set)
    {
        set.Tables[0].Columns[0].ColumnMapping = MappingType.Hidden;
        return set;
    }

    private static DataSet WithOtherColumns(DataSet set)
    {
        var table = set.Tables[0];
        table.Columns.Add("Entity ID", typeof(int)).AutoIncrement = true;
        table.Columns.Add("Kind", typeof(object));
        table.Columns.Add("Changed", typeof(DateTime), "").ColumnMapping = MappingType.Attribute;
        foreach (DataRow row in table.Rows) { row[1] = 7; row[2] = "x"; row[3] = new DateTime(2026, 1, 1); }
        set.AcceptChanges();
        return set;
    }

    private static DataSet Related(DataSet set, bool nested)
    {
        var marks = set.Tables.Add("Marks");
        marks.Columns.Add("Of", typeof(string));
        marks.Rows.Add("Students");
        set.Relations.Add("marks of", set.Tables[0].Columns[0], marks.Columns[0], !nested).Nested = nested;
        set.AcceptChanges();
        return set;
    }

    private static DataSet Described(DataSet set)
    {
        set.Locale = new System.Globalization.CultureInfo("en-GB");
        set.ExtendedProperties.Add("source", "a database");
        set.Tables[0].ExtendedProperties.Add("made", "today");
        set.Tables[0].Columns[0].DefaultValue = "none";
        set.CaseSensitive = true;
        return set;
    }

    private static DataSet Two(DataSet set, DataSet more) { set.Merge(more); set.AcceptChanges(); return set; }

    private static DataSet Emptied(DataSet set)
    {
        foreach (DataRow row in set.Tables[0].Rows) row.Delete();
        return set;
    }

    private static DataSet Second(DataSet set)
    {
        var first = new DataSet("NewDataSet");
        var counts = first.Tables.Add("Counts");
        counts.Columns.Add("HowMany", typeof(int));
        counts.Rows.Add(2);
        first.Merge(set);
        first.AcceptChanges();
        return first;
    }
}

// What a typed DataSet can be told to be: rows alone, for a client that has the schema already.
public class Schemaless : DataSet
{
    public Schemaless() : base("NewDataSet") { }

    public override SchemaSerializationMode SchemaSerializationMode
    {
        get { return SchemaSerializationMode.ExcludeSchema; }
        set { }
    }
}
