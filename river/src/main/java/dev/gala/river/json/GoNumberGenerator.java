package dev.gala.river.json;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.util.JsonGeneratorDelegate;

/**
 * Writes floating-point numbers in Go's form, wherever they come from: components, arrays, trees.
 */
final class GoNumberGenerator extends JsonGeneratorDelegate {
  GoNumberGenerator(JsonGenerator generator) {
    super(generator, false);
  }

  @Override
  public JsonGenerator writeNumber(double value) {
    delegate.writeNumber(GoNumber.format(value));
    return this;
  }

  @Override
  public JsonGenerator writeNumber(float value) {
    delegate.writeNumber(GoNumber.format(value));
    return this;
  }

  @Override
  public JsonGenerator writeArray(double[] values, int offset, int length) {
    writeStartArray(values, length);
    for (int i = offset; i < offset + length; i++) {
      writeNumber(values[i]);
    }
    return writeEndArray();
  }
}
