//! The scale of numbers in a chart.

/// How many steps an axis has at most.
const MAX_STEPS: i32 = 5;

/// An axis from a round number below the smallest value to one above the largest. It includes zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Axis {
    /// The smallest number on it.
    pub low: f64,
    /// The distance of two marks.
    pub step: f64,
    /// How many steps it has.
    pub steps: i32,
}

impl Axis {
    /// Returns an axis for values between two numbers. The marks of whole numbers are whole.
    pub(super) fn over(smallest: f64, largest: f64, is_whole: bool) -> Self {
        let (smallest, largest) = (smallest.min(0.0), largest.max(0.0));
        let span = if largest > smallest { largest - smallest } else { 1.0 };
        let least = if is_whole { 1.0 } else { 0.0 };
        let mut step = round_step(span / f64::from(MAX_STEPS)).max(least);
        loop {
            let (below, above) = ((smallest / step).floor(), (largest / step).ceil());
            let steps = (above - below).max(1.0) as i32;
            if steps <= MAX_STEPS {
                return Self { low: below * step, step, steps };
            }
            step = round_step(step * 1.5);
        }
    }

    /// Returns how far a number is from the low end, as a part of the axis.
    pub(super) fn part(&self, number: f64) -> f64 {
        (number - self.low) / (self.step * f64::from(self.steps))
    }

    /// Returns the numbers of its marks, from the low end.
    pub(super) fn marks(&self) -> impl Iterator<Item = f64> + use<> {
        let Self { low, step, steps } = *self;
        (0..=steps).map(move |n| low + step * f64::from(n))
    }
}

/// Returns the next 1, 2 or 5, times a power of ten, that is not smaller.
fn round_step(step: f64) -> f64 {
    let power = 10_f64.powi(step.log10().floor() as i32);
    // A little more than the step itself, so that a round step stays what it is.
    let lead = step / power - 1e-9;
    let round = [1.0, 2.0, 5.0].into_iter().find(|round| lead <= *round).unwrap_or(10.0);
    round * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_has_round_marks_around_all_values_and_zero() {
        for (smallest, largest, marks) in [
            (12.0, 87.0, &[0.0, 20.0, 40.0, 60.0, 80.0, 100.0][..]),
            (0.0, 458_000.0, &[0.0, 100_000.0, 200_000.0, 300_000.0, 400_000.0, 500_000.0]),
            (-30.0, 60.0, &[-40.0, -20.0, 0.0, 20.0, 40.0, 60.0]),
            (-8.0, -2.0, &[-8.0, -6.0, -4.0, -2.0, 0.0]),
            (0.0, 0.0, &[0.0, 1.0]),
            (0.0, 2.0, &[0.0, 1.0, 2.0]),
        ] {
            let found: Vec<f64> = Axis::over(smallest, largest, true).marks().collect();
            assert_eq!(found, marks, "{smallest} {largest}");
        }
    }

    #[test]
    fn the_marks_of_other_numbers_may_have_decimals() {
        let marks: Vec<String> =
            Axis::over(0.0, 2.0, false).marks().map(|mark| format!("{mark:.1}")).collect();
        assert_eq!(marks, ["0.0", "0.5", "1.0", "1.5", "2.0"]);
    }

    #[test]
    fn every_value_is_on_the_axis() {
        for n in 1..2_000 {
            let (low, high) = (f64::from(n % 37) * -1.7, f64::from(n) * f64::from(n) * 0.37);
            let axis = Axis::over(low, high, n % 2 == 0);
            assert!(
                axis.part(low) >= -1e-9 && axis.part(high) <= 1.0 + 1e-9,
                "{low} {high} {axis:?}"
            );
            assert!((1..=MAX_STEPS).contains(&axis.steps));
        }
    }
}
