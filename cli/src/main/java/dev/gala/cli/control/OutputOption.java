package dev.gala.cli.control;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How the result is written. */
final class OutputOption {
  @Option(
      names = "--output",
      paramLabel = "table|json",
      description = "table, for people, or json: one document; default: ${DEFAULT-VALUE}",
      defaultValue = "table",
      converter = Converter.class)
  private Form form = Form.TABLE;

  boolean isJson() {
    return form == Form.JSON;
  }

  /** The two ways. */
  enum Form {
    JSON,
    TABLE
  }

  static final class Converter implements ITypeConverter<Form> {
    @Override
    public Form convert(String value) {
      return switch (value) {
        case "json" -> Form.JSON;
        case "table" -> Form.TABLE;
        default -> throw new TypeConversionException("'" + value + "' is not table or json");
      };
    }
  }
}
