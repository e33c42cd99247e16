package dev.gala.examples;

import static dev.gala.examples.Searches.SEARCHED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gala.Gala;
import dev.gala.examples.Searches.Search;
import dev.gala.test.GalaTest;
import dev.gala.test.TestGala;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@GalaTest
class SearchesTest {
  @Test
  void whatIsCountedIsGone(Gala gala, TestGala test) {
    List<String> counted = new ArrayList<>();
    Searches.attach(gala, counted::add);
    gala.emit(SEARCHED, new Search("blue shoes"));
    gala.emit(SEARCHED, new Search("red shoes"));
    test.drain().hasCount(2).allCompleted();
    assertThat(counted).containsExactly("blue shoes", "red shoes");
    test.emitted(SEARCHED).hasNone();
  }
}
