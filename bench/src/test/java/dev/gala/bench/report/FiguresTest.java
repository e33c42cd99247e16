package dev.gala.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {
  @ParameterizedTest
  @CsvSource({
    "5, 5, 5, 5",
    "3 1, 2, 1, 3",
    "3 1 2, 2, 1, 3",
    "9 1 1 1 8, 1, 1, 9",
    "4 1 3 2, 2.5, 1, 4"
  })
  void areTheMedianAndTheSpread(String rounds, double median, double low, double high) {
    List<Double> values = Arrays.stream(rounds.split(" ")).map(Double::valueOf).toList();
    Figures figures = Figures.of(values);
    assertThat(figures.median()).isEqualTo(median);
    assertThat(figures.low()).isEqualTo(low);
    assertThat(figures.high()).isEqualTo(high);
    assertThat(figures.rounds()).isEqualTo(values);
    assertThat(figures.ratio()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"200, 100, true, 2", "50, 100, true, 0.5", "2, 1, false, 0.5", "1, 4, false, 4"})
  void areComparedSoThatMoreIsBetter(
      double own, double reference, boolean higherIsBetter, double ratio) {
    assertThat(Figures.of(List.of(own)).against(reference, higherIsBetter).ratio())
        .isEqualTo(ratio);
  }

  @ParameterizedTest
  @CsvSource({"0, 100, true", "100, 0, true", "100, NaN, true", "0, 1, false", "NaN, 1, true"})
  void areNotComparedWithNothing(double own, double reference, boolean higherIsBetter) {
    assertThat(Figures.of(List.of(own)).against(reference, higherIsBetter).ratio()).isNull();
  }

  @Test
  void areReadWithAsManyDigitsAsMatter() {
    assertThat(Numbers.of(12_345.6)).isEqualTo("12,346");
    assertThat(Numbers.of(99.94)).isEqualTo("99.9");
    assertThat(Numbers.of(0.123)).isEqualTo("0.12");
    assertThat(Numbers.of(Double.NaN)).isEqualTo("–");
    assertThat(Numbers.ratio(1.234)).isEqualTo("1.23×");
    assertThat(Numbers.ratio(12.3)).isEqualTo("12×");
    assertThat(Numbers.ratio(null)).isEmpty();
  }
}
